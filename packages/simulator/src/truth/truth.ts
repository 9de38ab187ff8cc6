import { setImmediate } from 'node:timers/promises';
import type { World } from '../world/world.ts';
import { createFold, type Fold, type ResourceTruth, type StatusChangeTruth } from './fold.ts';

/**
 * The ground truth of a stream after the event of `timepoint`, by default the newest one: what a perfect reader would
 * hold. After a stream counted anew, `timepoint` continues as if it had not.
 */
export interface Truth {
  resources(timepoint?: number): Promise<ResourceTruth[]>;
  statusChanges(timepoint?: number): Promise<StatusChangeTruth[]>;
}

export interface TruthOptions {
  readonly createWorld: () => World;
  readonly first: number;
  readonly newest: () => number;
  /** Maps a position to the timepoint that a reader stores. They differ only after the stream counted anew. */
  readonly held?: (timepoint: number) => number;
}

interface Replay {
  readonly world: World;
  readonly fold: Fold;
  upTo: number;
}

// Short slices, so that a truth over a million events does not delay the streams.
const SLICE_EVENTS = 2_000;

/**
 * Finds the truth at any timepoint, even when its events are beyond the retention: a second world of the same seed
 * generates them again. The position of that world is kept, so that a later request costs only the newer events.
 */
export function createTruth({ createWorld, first, newest, held = (same) => same }: TruthOptions): Truth {
  const start = (): Replay => ({ world: createWorld(), fold: createFold(), upTo: first - 1 });
  let replay: Replay | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const foldUpTo = async (timepoint: number): Promise<Fold> => {
    if (timepoint > newest())
      throw new RangeError(`there is no event ${timepoint} yet, the newest is ${newest()}`);
    if (replay === undefined || replay.upTo > timepoint) replay = start();
    await advance(replay, timepoint, held);
    return replay.fold;
  };
  /** Answers one request after the other, as each advances the same replay. */
  const inTurn = <Answer>(timepoint: number | undefined, ask: (fold: Fold) => Answer): Promise<Answer> => {
    const answer = queue.then(() => foldUpTo(timepoint ?? newest())).then(ask);
    queue = answer.catch(() => undefined);
    return answer;
  };

  return {
    resources: (timepoint) => inTurn(timepoint, (fold) => fold.resources()),
    statusChanges: (timepoint) => inTurn(timepoint, (fold) => fold.statusChanges()),
  };
}

async function advance(
  replay: Replay,
  timepoint: number,
  held: (timepoint: number) => number,
): Promise<void> {
  while (replay.upTo < timepoint) {
    const sliceEnd = Math.min(replay.upTo + SLICE_EVENTS, timepoint);
    while (replay.upTo < sliceEnd) {
      replay.upTo += 1;
      replay.fold.apply(held(replay.upTo), replay.world.next());
    }
    await setImmediate();
  }
}
