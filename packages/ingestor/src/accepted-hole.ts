import { epochOf, publishedTimepoint } from '@timepoint/shared/contract/epoch';
import type { StreamJob } from '@timepoint/shared/contract/job';
import { shift } from '@timepoint/shared/contract/timepoint';
import type { Decision } from './decide.ts';
import type { Reasks } from './reasks.ts';
import type { Run } from './run-options.ts';
import type { AcceptedHole } from './step.ts';

/**
 * The hole that may be read past, unless it belongs to an earlier epoch. A new epoch may begin with any event that the
 * publisher still has: no earlier event can be asked for.
 */
export function acceptedIn({ timepoint }: StreamJob, accepted: AcceptedHole | null): AcceptedHole | null {
  if (timepoint === undefined || epochOf(timepoint) === 0) return accepted;
  if (accepted !== null && epochOf(accepted.after) === epochOf(timepoint)) return accepted;
  const isStart = publishedTimepoint(timepoint) === 1;
  return isStart ? { after: shift(timepoint, -1), cause: 'epoch', attempts: 0 } : null;
}

/** The hole that the next connection may read past. */
export function nextAccepted(
  { ending, events }: Run,
  decision: Decision,
  accepted: AcceptedHole | null,
  stored: StreamJob,
  reasks: Reasks,
): AcceptedHole | null {
  if (ending.kind === 'hole' && decision.kind === 'accept-hole') {
    return { after: ending.after, cause: ending.cause, attempts: reasks.of(ending.after) };
  }
  if (decision.kind === 'go-live' && stored.timepoint !== undefined) {
    return { after: shift(stored.timepoint, -1), cause: 'expired', attempts: 1 };
  }
  // If the stream were read live and the publisher went on with the old count, the events between would be lost.
  if (ending.kind === 'counted-anew') return null;
  const isBehind =
    accepted !== null && (accepted.cause === 'expired' ? events > 0 : isPast(accepted, stored));
  return isBehind ? null : accepted;
}

function isPast(accepted: AcceptedHole, stored: StreamJob): boolean {
  return stored.timepoint !== undefined && stored.timepoint > accepted.after;
}
