import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Job } from '@timepoint/shared/queues/queues';

type IsHeld = (streamJob: Job<StreamJob>) => Promise<boolean>;

/** An answer this old still counts, in ms: far less than the lock of a job lasts without renewal. */
const LATELY_MS = 1_000;

/**
 * Asks whether a stream is held only if the last answer is too old, so not every batch asks. Two clocks measure the age,
 * because the monotonic one may stand still while the machine sleeps.
 */
export function heldLately(isHeld: IsHeld): IsHeld {
  let monotonic = Number.NEGATIVE_INFINITY;
  let wall = Number.NEGATIVE_INFINITY;
  return async (streamJob) => {
    const asked = { monotonic: performance.now(), wall: Date.now() };
    const passedMs = Math.max(asked.monotonic - monotonic, Math.abs(asked.wall - wall));
    if (passedMs < LATELY_MS) return true;
    if (!(await isHeld(streamJob))) return false;
    // The moment of the question counts: the answer may have taken long.
    ({ monotonic, wall } = asked);
    return true;
  };
}
