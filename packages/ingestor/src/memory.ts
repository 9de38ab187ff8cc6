import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Stream } from '@timepoint/shared/contract/streams';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { nextAccepted } from './accepted-hole.ts';
import type { Decision } from './decide.ts';
import type { Ending } from './ending.ts';
import { type Failures, NO_FAILURES, withFailure } from './failures.ts';
import type { Reasks } from './reasks.ts';
import type { Run } from './run-options.ts';
import type { AcceptedHole } from './step.ts';
import { nextStuck, type Stuck } from './stuck.ts';

/** What the next connection must know about the ones before. */
export interface Memory {
  readonly failures: Failures;
  /** Refusals of the stored position in a row. */
  readonly refusals: number;
  readonly accepted: AcceptedHole | null;
  readonly stuck: Stuck | null;
  /** The first event of the history, as long as nothing confirmed it. */
  readonly candidate: Timepoint | null;
  readonly silenceLimitMs: number;
}

/** Before the first connection. */
export function freshMemory({ silenceLimitMs }: Stream): Memory {
  return { failures: NO_FAILURES, refusals: 0, accepted: null, stuck: null, candidate: null, silenceLimitMs };
}

export interface Ended {
  readonly memory: Memory;
  readonly run: Run;
  readonly decision: Decision;
  /** The rows of failures that the connection has not ended. */
  readonly failures: Failures;
  readonly stored: StreamJob;
  readonly reasks: Reasks;
  readonly stream: Stream;
}

/** What is known after a connection. Pure. */
export function remember({ memory, run, decision, failures, stored, reasks, stream }: Ended): Memory {
  return {
    failures: withFailure(failures, run.ending),
    refusals: isRefused(run.ending) ? memory.refusals + 1 : 0,
    accepted: nextAccepted(run, decision, memory.accepted, stored, reasks),
    stuck: nextStuck(run, memory.stuck),
    candidate: run.candidate ?? (isRefused(run.ending) ? null : memory.candidate),
    silenceLimitMs: nextSilenceLimit(run, stream, memory.silenceLimitMs),
  };
}

function isRefused(ending: Ending): boolean {
  return ending.kind === 'http' && ending.status === 416;
}

/** A silence is reported and answered by a reconnect only once, until events come again. */
function nextSilenceLimit({ ending, events }: Run, stream: Stream, current: number): number {
  if (ending.kind === 'silent') return Number.POSITIVE_INFINITY;
  return events > 0 ? stream.silenceLimitMs : current;
}
