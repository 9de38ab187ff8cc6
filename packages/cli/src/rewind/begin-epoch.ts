// The publisher counts a stream anew. What it sends from then on gets stored timepoints above all earlier ones, so that
// rows go on changing and late jobs of the old count stay older. Example: of a stream held up to 22000500 epoch 1 begins
// at 1000000000001, and what the publisher calls 1. Between is an accepted hole: no event is missing there.

import { saveAudit } from '@timepoint/database/audit/save-audit';
import { lockExtent } from '@timepoint/database/coverage/lock-coverage';
import { readLatestEpochs } from '@timepoint/database/coverage/read-epochs';
import { saveEpoch } from '@timepoint/database/coverage/save-epoch';
import type { Database, Sql } from '@timepoint/database/pool';
import { connectionReportSchema } from '@timepoint/shared/contract/connection-report';
import {
  describeTimepoint,
  EPOCH_STEP,
  epochBaseOf,
  epochOf,
  storedTimepoint,
} from '@timepoint/shared/contract/epoch';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { TimepointError } from '@timepoint/shared/platform/errors';
import type { Queues } from '@timepoint/shared/queues/queues';
import { requestEpoch } from '@timepoint/shared/queues/request-epoch';

export interface EpochRequest {
  readonly database: Database;
  readonly queues: Queues;
  readonly stream: StreamName;
  /** The first event to ask for, as the publisher numbers it now. */
  readonly from: Timepoint;
  readonly because: string;
  /** Also when the stream does not seem to be counted anew. */
  readonly isForced: boolean;
  /** For the audit. */
  readonly who: string;
}

export interface BegunEpoch {
  readonly stream: StreamName;
  readonly epoch: number;
  /** The last timepoint of the epoch before it. */
  readonly after: number;
  /** The first timepoint that is asked for, as stored. */
  readonly first: number;
  /** The low timepoints that the publisher was seen to send, as it numbers them. */
  readonly seen: readonly number[];
  /** Whether an ingestor has the stream now, and so goes on within seconds. */
  readonly is_held: boolean;
}

/**
 * Begins a new epoch of a stream, and asks the ingestor that holds it to go on there. When the queue can not be asked
 * after the epoch was committed, a worker does it.
 * @throws TimepointError `not-counted-anew`, `already-begun` or `nothing-read`.
 */
export async function beginEpoch(request: EpochRequest): Promise<BegunEpoch> {
  const { database, queues, stream, isForced } = request;
  const streamJob = await queues.streams.getJob(stream);
  const report = connectionReportSchema.safeParse(streamJob?.progress);
  const anew = report.data?.countedAnew ?? null;
  const latest = (await readLatestEpochs(database)).find((epoch) => epoch.stream === stream);
  if (!isForced) {
    if (anew === null) throw notCountedAnew(stream);
    if (latest !== undefined && epochOf(anew.asked) < latest.epoch) throw alreadyBegun(stream, latest.epoch);
  }
  const begun = await database.transaction((tx) => write(tx, request, streamJob?.data.timepoint ?? null));
  await requestEpoch(queues, stream, begun.first);
  const seen = (anew?.seen ?? []).map((timepoint) => timepoint - epochBaseOf(timepoint));
  return { stream, ...begun, seen, is_held: (await streamJob?.isActive()) ?? false };
}

async function write(
  tx: Sql,
  { stream, from, because, who, isForced }: EpochRequest,
  position: Timepoint | null,
): Promise<{ epoch: number; after: number; first: Timepoint }> {
  const newest = await lockExtent(tx, stream);
  if (newest === null) throw nothingRead(stream);
  const latest = (await readLatestEpochs(tx)).find((epoch) => epoch.stream === stream);
  // What was published to the queue may still be on its way: it is no part of what lies between the epochs.
  const after = Math.max(newest, position ?? 0);
  const epoch = Math.max(epochOf(after), latest?.epoch ?? 0) + 1;
  const first = storedTimepoint(from, epoch * EPOCH_STEP);
  if (first === null) throw new TimepointError('out-of-range', `No stream has counted to ${from}.`);
  await saveEpoch(tx, { stream, epoch, after, first, who, because });
  const details = { stream, epoch, after, first, because, forced: isForced };
  await saveAudit(tx, { who, what: 'epoch', details });
  return { epoch, after, first };
}

function notCountedAnew(stream: string): TimepointError {
  return new TimepointError(
    'not-counted-anew',
    `${stream} is not counted anew, as far as its ingestor reports: there is nothing to begin. \`timepoint status\` shows ` +
      'how it stands. When you know better, add --force: a new epoch can not be taken back.',
  );
}

function alreadyBegun(stream: string, epoch: number): TimepointError {
  return new TimepointError(
    'already-begun',
    `Epoch ${epoch} of ${stream} was begun already, and the ingestor that holds the stream goes on with it. See it with ` +
      '`timepoint epoch list` and `timepoint status`.',
  );
}

function nothingRead(stream: string): TimepointError {
  return new TimepointError(
    'nothing-read',
    `Nothing of ${stream} was read yet, so no count can begin anew. ${describeNext(stream)}`,
  );
}

function describeNext(stream: string): string {
  return `To read it live, remove the job ${stream} from the queue \`streams\`: a worker registers it again.`;
}

/** An epoch for people, in one sentence. */
export function describeBeginning({
  stream,
  epoch,
  after,
  first,
}: Omit<BegunEpoch, 'seen' | 'is_held'>): string {
  return `Epoch ${epoch} of ${stream} begins with ${describeTimepoint(first)}, after ${describeTimepoint(after)}.`;
}
