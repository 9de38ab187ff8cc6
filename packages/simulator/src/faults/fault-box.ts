import type { StreamName } from '@timepoint/shared/contract/streams';
import { createRandom, type Random } from '../random.ts';
import { createCountdowns } from './countdowns.ts';
import {
  type Faults,
  type FaultsInput,
  faultsSchema,
  NO_FAULTS,
  type Page,
  type PlacedFault,
  type Respond,
} from './schema.ts';

/** The faults in force, and how often each has been applied. */
export interface FaultBox {
  readonly current: Faults;
  /** How often each kind of fault that is not a rate has been applied since the simulator started. */
  readonly struck: Readonly<Record<string, number>>;
  /** Replaces all faults. */
  set(faults: FaultsInput): void;
  clear(): void;
  /** Calls the listener at every change. Returns a function that removes the listener. */
  onChange(listener: () => void): () => void;
  /** Takes the answer that replaces the stream for the next request. */
  takeRespond(stream: StreamName): Respond | undefined;
  /** Takes the page that replaces the whole stream of a connection. */
  takePage(stream: StreamName): Page | undefined;
  /** Takes the number of events by which a resumed connection starts late. */
  takeLateStart(): number;
  /** Takes the fault of a kind for one delivery of an event. */
  takeAt<Kind extends PlacedFault>(
    kind: Kind,
    stream: StreamName,
    timepoint: number,
  ): Faults[Kind][number] | undefined;
  /** Whether there are no faults at all. */
  readonly isQuiet: boolean;
  /** Creates the random sources of one connection. They start again when the faults are replaced. */
  openChances(): () => Chances;
}

/** One source plans the faults and one splits the bytes, so that the size of a run does not change the faults. */
export interface Chances {
  readonly plan: Random;
  readonly cut: Random;
}

// A prime, so that consecutive connections draw different numbers.
const SEED_STRIDE = 7_919;

/** Creates a box without faults. */
export function createFaultBox(): FaultBox {
  const listeners = new Set<() => void>();
  const countdowns = createCountdowns();
  let current = NO_FAULTS;
  let connections = 0;

  const install = (faults: Faults) => {
    current = faults;
    countdowns.restart(faults);
    connections = 0;
    for (const listener of listeners) listener();
  };

  const nextChances = (): Chances => {
    connections += 1;
    return chancesOf(current.seed + connections * SEED_STRIDE);
  };

  return {
    get current() {
      return current;
    },
    struck: countdowns.struck,
    set: (faults) => install(faultsSchema.parse(faults)),
    clear: () => install(NO_FAULTS),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    takeRespond: (stream) =>
      countdowns.take('respond', (respond: Respond) => (respond.stream ?? stream) === stream),
    takePage: (stream) =>
      countdowns.take('page', (page: Page) => page.stream === stream && page.timepoint === undefined),
    takeLateStart: () => countdowns.take('lateStart')?.events ?? 0,
    takeAt: (kind, stream, timepoint) =>
      countdowns.take(kind, (fault) => fault.stream === stream && fault.timepoint === timepoint),
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

function chancesOf(seed: number): Chances {
  return { plan: createRandom(seed), cut: createRandom(-seed) };
}
