import { removeUnlessTaken } from '@timepoint/shared/contended-job';
import { epochOf } from '@timepoint/shared/epoch';
import type { Queues } from '@timepoint/shared/queues';
import { readRewinds, requestRewind } from '@timepoint/shared/rewinds';
import type { StreamName } from '@timepoint/shared/streams';
import type { Timepoint } from '@timepoint/shared/timepoint';

/** Asks the ingestor that holds the stream to go on with a later epoch. Requests for earlier ones are taken back. */
export async function requestEpoch(queues: Queues, stream: StreamName, first: Timepoint): Promise<void> {
  const pending = await readRewinds(queues, stream);
  if (pending.some(({ data }) => epochOf(data.timepoint) >= epochOf(first))) return;
  await requestRewind(queues, stream, first);
  // One that stays after a crash here is left out by the ingestor.
  for (const earlier of pending) await removeUnlessTaken(earlier);
}
