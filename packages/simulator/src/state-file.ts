import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { ConfigError } from '@timepoint/shared/platform/errors';
import { z } from 'zod';
import { hasErrorCode } from './error-code.ts';
import type { Day } from './world/calendar.ts';

/** The edition of the world: a change of the events of a seed raises it. Its reserved events differ from then on. */
const WORLD_EDITION = 4;

const stateSchema = z.strictObject({
  edition: z.literal(WORLD_EDITION),
  seed: z.int(),
  firstTimepoint: z.int().min(0),
  reserved: z.int().min(0),
  /** The streams of the world. Another choice is another world. */
  streams: z.array(z.string()).readonly(),
  /** The days with events, in UK time, each with the number of events that were emitted before it. */
  days: z.array(z.strictObject({ day: z.iso.date(), emittedBefore: z.int().min(0) })).readonly(),
});

/** The state of a world. A killed simulator restores from it every event that it may have sent. */
export type State = z.output<typeof stateSchema>;

/** The world that is asked for. The file decides what is undefined. */
export type Wanted = { readonly [Name in 'seed' | 'firstTimepoint']?: number | undefined } & Pick<
  State,
  'streams'
>;

export interface Reservations extends Omit<State, 'edition'> {
  /** Reserves `count` events in the file. The caller sends none of them before. */
  cover(count: number): void;
  /** Records the number of events before a day. A day that is already recorded does not change. */
  beginDay(day: Day, emittedBefore: number): void;
}

// One write per block is cheap. A restart emits at most this many events that were never sent.
const BLOCK_EVENTS = 1_000;
const DEFAULT_SEED = 1;
const DEFAULT_FIRST_TIMEPOINT = 22_000_001;

/**
 * Opens the reservations of a state file. Without a path nothing is written.
 * @throws ConfigError when the file can't be read or belongs to another world.
 */
export function openReservations(path: string | undefined, wanted: Wanted): Reservations {
  const found = path === undefined ? undefined : readState(path, wanted);
  const seed = found?.seed ?? wanted.seed ?? DEFAULT_SEED;
  const firstTimepoint = found?.firstTimepoint ?? wanted.firstTimepoint ?? DEFAULT_FIRST_TIMEPOINT;
  const { streams } = wanted;
  const days = [...(found?.days ?? [])];
  let reserved = found?.reserved ?? 0;
  const save = () => {
    if (path === undefined) return;
    const state: State = { edition: WORLD_EDITION, seed, firstTimepoint, reserved, streams, days };
    replaceFile(path, JSON.stringify(state));
  };
  return {
    seed,
    firstTimepoint,
    streams,
    reserved,
    days,
    cover(count) {
      if (path === undefined || count <= reserved) return;
      reserved = Math.ceil(count / BLOCK_EVENTS) * BLOCK_EVENTS;
      save();
    },
    beginDay(day, emittedBefore) {
      if (day <= (days.at(-1)?.day ?? '')) return;
      days.push({ day, emittedBefore });
      save();
    },
  };
}

function readState(path: string, wanted: Wanted): State | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const parsed = stateSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new ConfigError([
      `${path} is no state of this version of the simulator: delete it, and what was read from it, to start anew`,
    ]);
  for (const name of ['seed', 'firstTimepoint'] as const) {
    if ((wanted[name] ?? parsed.data[name]) === parsed.data[name]) continue;
    throw new ConfigError([
      `${path} holds a world with ${name} ${parsed.data[name]}, not ${wanted[name]}: use that, or delete the file`,
    ]);
  }
  const { streams } = parsed.data;
  if (streams.toSorted().join() !== wanted.streams.toSorted().join()) {
    throw new ConfigError([
      `${path} holds a world of the streams ${streams.join(', ')}: name those in SIMULATOR_STREAMS, or delete the file`,
    ]);
  }
  return parsed.data;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Replaces a file in one step, so that a kill leaves the old or the new one. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}
