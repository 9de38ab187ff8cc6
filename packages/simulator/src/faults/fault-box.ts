import type { StreamName } from '@timepoint/shared/contract/streams';
import { createRandom, type Random } from '../random.ts';
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

interface Countdown<Fault> {
  readonly fault: Fault;
  left: number;
}

type Countdowns = { [Kind in PlacedFault]: Countdown<Faults[Kind][number]>[] } & {
  lateStart: Countdown<{ events: number }>[];
  respond: Countdown<Respond>[];
};

// A prime, so that consecutive connections draw different numbers.
const SEED_STRIDE = 7_919;

/** Creates a box without faults. */
export function createFaultBox(): FaultBox {
  const listeners = new Set<() => void>();
  const struck: Record<string, number> = {};
  let current = NO_FAULTS;
  let left = countDown(current);
  let connections = 0;

  const install = (faults: Faults) => {
    current = faults;
    left = countDown(faults);
    connections = 0;
    for (const listener of listeners) listener();
  };

  /** Takes the first fault of a kind that is not used up, and counts its use. */
  const take = <Kind extends keyof Countdowns, Fault extends Countdowns[Kind][number]['fault']>(
    kind: Kind,
    concerns: (fault: Fault) => boolean = () => true,
  ): Fault | undefined => {
    const countdowns = left[kind] as Countdown<unknown>[] as Countdown<Fault>[];
    const next = countdowns.find((each) => each.left > 0 && concerns(each.fault));
    if (next === undefined) return undefined;
    next.left -= 1;
    struck[kind] = (struck[kind] ?? 0) + 1;
    return next.fault;
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
    struck,
    set: (faults) => install(faultsSchema.parse(faults)),
    clear: () => install(NO_FAULTS),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    takeRespond: (stream) => take('respond', (respond: Respond) => (respond.stream ?? stream) === stream),
    takePage: (stream) =>
      take('page', (page: Page) => page.stream === stream && page.timepoint === undefined),
    takeLateStart: () => take('lateStart')?.events ?? 0,
    takeAt: (kind, stream, timepoint) =>
      take(kind, (fault) => fault.stream === stream && fault.timepoint === timepoint),
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

function countDown(faults: Faults): Countdowns {
  return {
    skip: limited(faults.skip),
    page: limited(faults.page),
    strangeLine: limited(faults.strangeLine),
    wrongTimepoint: limited(faults.wrongTimepoint),
    twin: limited(faults.twin),
    badBytes: limited(faults.badBytes),
    lateStart: limited(faults.lateStart ? [faults.lateStart] : []),
    respond: limited(faults.respond),
  };
}

function limited<Fault extends { times: number | null }>(faults: readonly Fault[]): Countdown<Fault>[] {
  return faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
}
