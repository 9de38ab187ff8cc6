// One connection of a stream is one pipe: bytes → lines → advances → batches in the queue. Observers beside it (progress,
// silence, confirmation, backlog) see each line. They count, report, or end the connection, and change nothing else.
import { publishedTimepoint } from '@timepoint/shared/contract/epoch';
import { shift } from '@timepoint/shared/contract/timepoint';
import { Confirmation } from './confirmation.ts';
import type { ConnectionRequest } from './connect.ts';
import { ConnectionEnded, type Ending } from './ending.ts';
import { lines } from './lines.ts';
import { Progress } from './progress.ts';
import { type Destination, publishingTo } from './publish.ts';
import { Publisher } from './publisher.ts';
import { recordUnplaced } from './record-unplaced.ts';
import type { Run, RunOptions } from './run-options.ts';
import { type Observer, Sequence, type SequenceStart, sequenced } from './sequence.ts';
import { Silence } from './silence.ts';
import { canReadPast } from './stuck.ts';

/** Bytes that may wait for the queue; with more, the connection is closed, because a blocked socket would be worse. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/**
 * Reads one connection of a stream, from the stored timepoint until it ends, and publishes its lines.
 * The reason of an abort of `signal` is the ending to report.
 */
export async function runConnection(options: RunOptions, signal: AbortSignal): Promise<Run> {
  const { stream, streamJob, silenceLimitMs, openConnection } = options;
  const start = startOf(options);
  const sequence = new Sequence(start);
  const destination = { ...options, stream: stream.name };
  const publisher = new Publisher(start.held, publishingTo(destination, options), options.collectMs);
  const progress = new Progress(options, sequence, streamJob.data.timepoint);
  const confirmation = new Confirmation(sequence);
  const observers = [progress, new Silence(silenceLimitMs), confirmation, backlogOf(publisher)];
  const stop = AbortSignal.any([signal, confirmation.missed, publisher.failed]);

  const bytes = openConnection(requestOf(options, progress), stop);
  const read = await publisher.addEach(sequenced(lines(bytes), sequence, observers));

  confirmation.close();
  await publisher.drain();
  const ending = stop.aborted ? (stop.reason as Ending) : read;
  return {
    ending,
    events: progress.events,
    hasUnplaced: sequence.held.length > 0,
    hasRecorded: await record(options, destination, sequence, ending),
    candidate: sequence.candidate,
  };
}

function startOf({ streamJob, accepted, candidate, stuck }: RunOptions): SequenceStart {
  const { timepoint } = streamJob.data;
  // The stored timepoint is delivered again, so the last one held in sequence is the one before.
  const held = timepoint === undefined ? null : shift(timepoint, -1);
  return { held, accepted, candidate, canReadPast: canReadPast(stuck) };
}

function requestOf(options: RunOptions, progress: Progress): ConnectionRequest {
  const { stream, streamJob, accepted, candidate } = options;
  const from = accepted?.cause === 'expired' ? null : (streamJob.data.timepoint ?? candidate);
  return {
    path: stream.path,
    timepoint: from === null ? null : publishedTimepoint(from),
    onOpen: () => {
      progress.opened();
      options.onOpen?.();
    },
    onBytes: (bytes) => progress.sawBytes(bytes),
  };
}

/** Ends the connection when too much waits for the queue. */
function backlogOf(publisher: Publisher): Observer {
  return {
    sawChunk: () => {
      if (publisher.bytes > MAX_WAITING_BYTES) throw new ConnectionEnded({ kind: 'buffer-full' });
    },
  };
}

/** Records lines that came at three tries and have no place. A stream without a history has nowhere to record them. */
async function record(
  options: RunOptions,
  destination: Destination,
  sequence: Sequence,
  ending: Ending,
): Promise<boolean> {
  const { timepoint: at } = options.streamJob.data;
  if (!sequence.canReadPast || options.stuck?.isRecorded || at === undefined) return false;
  return recordUnplaced(options, destination, { at, held: sequence.held, ending });
}
