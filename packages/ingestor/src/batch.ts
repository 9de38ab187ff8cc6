import { createHash } from 'node:crypto';
import type { EventsJob, Hole } from '@timepoint/shared/contract/job';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import type { Advance, SequencedLine } from './step.ts';

/** What one job carries: raw lines that cover `(after, upTo]`. */
export interface Batch {
  readonly after: Timepoint;
  readonly upTo: Timepoint;
  readonly lines: readonly string[];
  readonly holes: readonly Hole[];
  readonly undecodable: NonNullable<EventsJob['undecodable']>;
  /** The indexes in `lines` of lines that the events around them contradict. */
  readonly misnumbered: readonly number[];
  /** Of the lines, with the bytes of those that are no UTF-8. */
  readonly bytes: number;
  /** When the first of the lines was read, in ms since the epoch. */
  readonly receivedAt: number;
  /** Exactly one line for each timepoint. */
  readonly isRegular: boolean;
}

/** An advance that waits to be published. */
export interface Pending extends Advance {
  readonly bytes: number;
  readonly receivedAt: number;
}

/** The batch of the lines that were taken, which follow on `after`. Pure. */
export function batchOf(after: Timepoint, taken: readonly Pending[], bytes: number): Batch {
  const upTo = taken.at(-1)?.upTo ?? after;
  return {
    after,
    upTo,
    ...contentOf(taken.flatMap((advance) => advance.lines)),
    holes: taken.flatMap((advance) => advance.hole ?? []),
    bytes,
    receivedAt: taken[0]?.receivedAt ?? 0,
    // One line moves the position by one at the most, so equal counts mean that each one did.
    isRegular: taken.length === upTo - after && taken.every(({ lines, hole }) => lines.length === 1 && !hole),
  };
}

function contentOf(lines: readonly SequencedLine[]): Pick<Batch, 'lines' | 'undecodable' | 'misnumbered'> {
  return {
    lines: lines.map(({ text }) => text),
    undecodable: lines.flatMap(({ undecodable }, index) =>
      undecodable === null ? [] : [{ index, bytes: undecodable }],
    ),
    misnumbered: lines.flatMap(({ isMisnumbered }, index) => (isMisnumbered ? [index] : [])),
  };
}

/** A batch of lines that have no place in the stream: it covers nothing, and moves no position. */
export function batchWithoutPlace(at: Timepoint, lines: readonly SequencedLine[], receivedAt: number): Batch {
  const bytes = lines.reduce((sum, line) => sum + line.bytes, 0);
  return { after: at, upTo: at, ...contentOf(lines), holes: [], bytes, receivedAt, isRegular: false };
}

/**
 * The id of a batch's job, `<stream>-<first>-<upTo>`. The same id must mean the same lines, because the queue drops a
 * second job with an id as a repetition. So the id of a batch with anything but one line for each timepoint also has a
 * digest of its lines.
 */
export function jobIdOf(stream: string, batch: Batch): string {
  const { after, upTo } = batch;
  if (batch.isRegular) return catalogue.events.jobId({ stream, after, upTo });
  const digest = createHash('sha256').update(JSON.stringify(batch.lines)).digest('hex').slice(0, 16);
  return catalogue.events.jobId({ stream, after, upTo, digest });
}
