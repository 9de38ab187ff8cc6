import type { StreamName } from '@timepoint/shared/streams';
import { createRandom, type Random } from '../random.ts';
import { type Faults, type FaultsInput, faultsSchema, NO_FAULTS, type Respond } from './schema.ts';

/** The faults in force, and how often those with a limit have struck. */
export interface FaultBox {
  readonly current: Faults;
  /** Replaces all faults. */
  set(faults: FaultsInput): void;
  clear(): void;
  /** Calls the listener at every change; returns a function that stops that. */
  onChange(listener: () => void): () => void;
  /** The answer that the next stream request must get instead of a stream. */
  takeRespond(): Respond | undefined;
  /** How many events late a resumed connection must start. */
  takeLateStart(): number;
  /** Whether this delivery of an event of a stream must be left out. */
  takeSkip(stream: StreamName, timepoint: number): boolean;
  /** Whether there are no faults at all. */
  readonly isQuiet: boolean;
  /** The chances of one connection, drawn anew when the faults are replaced. */
  openChances(): () => Chances;
}

/** One source for what goes wrong and one for where bytes are cut: how runs form must not matter. */
export interface Chances {
  readonly plan: Random;
  readonly cut: Random;
}

interface Countdown<Fault> {
  readonly fault: Fault;
  left: number;
}

// A prime, so that neighbouring connections draw unlike numbers from neighbouring seeds.
const SEED_STRIDE = 7_919;

/** Holds no faults at first. */
export function createFaultBox(): FaultBox {
  const listeners = new Set<() => void>();
  let current = NO_FAULTS;
  let skips: Countdown<Faults['skip'][number]>[] = [];
  let lateStarts: Countdown<{ events: number }>[] = [];
  let responds: Countdown<Respond>[] = [];
  let connections = 0;

  const install = (faults: Faults) => {
    current = faults;
    skips = faults.skip.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
    lateStarts = faults.lateStart ? [{ fault: faults.lateStart, left: faults.lateStart.times }] : [];
    responds = faults.respond.map((fault) => ({ fault, left: fault.times }));
    connections = 0;
    for (const listener of listeners) listener();
  };

  const nextChances = (): Chances => {
    connections += 1;
    const seed = current.seed + connections * SEED_STRIDE;
    return { plan: createRandom(seed), cut: createRandom(-seed) };
  };

  return {
    get current() {
      return current;
    },
    set: (faults) => install(faultsSchema.parse(faults)),
    clear: () => install(NO_FAULTS),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    takeRespond: () => take(responds),
    takeLateStart: () => take(lateStarts)?.events ?? 0,
    takeSkip: (stream, timepoint) =>
      take(skips, (skip) => skip.stream === stream && skip.timepoint === timepoint) !== undefined,
    get isQuiet() {
      return current === NO_FAULTS;
    },
    openChances() {
      let faults = current;
      let chances = nextChances();
      return () => {
        if (faults !== current) chances = nextChances();
        faults = current;
        return chances;
      };
    },
  };
}

/** Uses up one turn of the first fault that has one left. */
function take<Fault>(countdowns: Countdown<Fault>[], concerns = (_fault: Fault) => true): Fault | undefined {
  const next = countdowns.find(({ fault, left }) => left > 0 && concerns(fault));
  if (next === undefined) return undefined;
  next.left -= 1;
  return next.fault;
}
