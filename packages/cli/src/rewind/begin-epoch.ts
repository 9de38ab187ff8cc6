// When the publisher restarts the timepoints of a stream, a new epoch begins. Its events get stored timepoints above
// all earlier ones, so that rows keep changing, and late jobs of the epoch before stay older. Example: a stream has
// events up to 22000500. Timepoint 1 of the publisher in epoch 1 is stored as 1000000000001. The range between is an
// accepted hole: no event is missing there.

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
  /** The first event to read, by its new number. */
  readonly from: Timepoint;
  readonly because: string;
  /** Begins an epoch also when the timepoints do not seem to be restarted. */
  readonly isForced: boolean;
  /** The user of the command, for the audit. */
  readonly who: string;
}

export interface BegunEpoch {
  readonly stream: StreamName;
  readonly epoch: number;
  /** The last timepoint of the epoch before. */
  readonly after: number;
  /** The first timepoint to read, as stored. */
  readonly first: number;
  /** The low timepoints that an ingestor received, by their new numbers. */
  readonly seen: readonly number[];
  /** Whether an ingestor has the stream now, and so continues within seconds. */
  readonly is_held: boolean;
}

/**
 * Begins a new epoch of a stream, and requests a rewind to it from the ingestor. When the queue can not be reached
 * after the commit of the epoch, a worker requests the rewind.
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
  // Jobs in the queue may still be applied. Their timepoints are not part of the accepted hole between the epochs.
  const after = Math.max(newest, position ?? 0);
  const epoch = Math.max(epochOf(after), latest?.epoch ?? 0) + 1;
  const first = storedTimepoint(from, epoch * EPOCH_STEP);
  if (first === null)
    throw new TimepointError('out-of-range', `${from} is larger than the timepoint of any stream.`);
  await saveEpoch(tx, { stream, epoch, after, first, who, because });
  const details = { stream, epoch, after, first, because, forced: isForced };
  await saveAudit(tx, { who, what: 'epoch', details });
  return { epoch, after, first };
}

function notCountedAnew(stream: string): TimepointError {
  return new TimepointError(
    'not-counted-anew',
    `The ingestor of ${stream} reports no restarted timepoints: no epoch can begin. \`timepoint status\` shows ` +
      'the state of the stream. When you are certain, add --force: a new epoch can not be undone.',
  );
}

function alreadyBegun(stream: string, epoch: number): TimepointError {
  return new TimepointError(
    'already-begun',
    `Epoch ${epoch} of ${stream} has begun already, and the ingestor reads the stream in it. See ` +
      '`timepoint epoch list` and `timepoint status`.',
  );
}

function nothingRead(stream: string): TimepointError {
  return new TimepointError(
    'nothing-read',
    `Nothing of ${stream} was read yet, so no new epoch can begin. ${describeNext(stream)}`,
  );
}

function describeNext(stream: string): string {
  return `To read it live, remove the job ${stream} from the queue \`streams\`: a worker registers it again.`;
}

/** Describes an epoch in one sentence. */
export function describeBeginning({
  stream,
  epoch,
  after,
  first,
}: Omit<BegunEpoch, 'seen' | 'is_held'>): string {
  return `Epoch ${epoch} of ${stream} begins with ${describeTimepoint(first)}, after ${describeTimepoint(after)}.`;
}
