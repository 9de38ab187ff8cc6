import { type Faults, NO_FAULTS, type PlacedFault, type Respond } from './schema.ts';

interface Countdown<Fault> {
  readonly fault: Fault;
  left: number;
}

type ByKind = { [Kind in PlacedFault]: Countdown<Faults[Kind][number]>[] } & {
  lateStart: Countdown<{ events: number }>[];
  respond: Countdown<Respond>[];
};

/** How often each fault that is not a rate is still to be applied. */
export interface Countdowns {
  /** How often a fault of each kind has been taken since the simulator started. */
  readonly struck: Readonly<Record<string, number>>;
  /** Starts again with these faults. */
  restart(faults: Faults): void;
  /** Takes the first fault of a kind that is not used up and that `concerns` accepts, and counts its use. */
  take<Kind extends keyof ByKind, Fault extends ByKind[Kind][number]['fault']>(
    kind: Kind,
    concerns?: (fault: Fault) => boolean,
  ): Fault | undefined;
}

/** Creates countdowns without faults. */
export function createCountdowns(): Countdowns {
  const struck: Record<string, number> = {};
  let byKind = countDown(NO_FAULTS);
  return {
    struck,
    restart: (faults) => {
      byKind = countDown(faults);
    },
    take: <Kind extends keyof ByKind, Fault extends ByKind[Kind][number]['fault']>(
      kind: Kind,
      concerns: (fault: Fault) => boolean = () => true,
    ) => {
      const countdowns = byKind[kind] as Countdown<unknown>[] as Countdown<Fault>[];
      const next = countdowns.find((each) => each.left > 0 && concerns(each.fault));
      if (next === undefined) return undefined;
      next.left -= 1;
      struck[kind] = (struck[kind] ?? 0) + 1;
      return next.fault;
    },
  };
}

function countDown(faults: Faults): ByKind {
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
