import { epochOf } from '../contract/epoch.ts';
import type { StreamName } from '../contract/streams.ts';
import type { Timepoint } from '../contract/timepoint.ts';
import { removeUnlessTaken } from './contended-job.ts';
import type { Queues } from './queues.ts';
import { readRewinds, requestRewind } from './rewinds.ts';

/** Requests that the ingestor of a stream goes on with a later epoch. Requests for earlier epochs are removed. */
export async function requestEpoch(queues: Queues, stream: StreamName, first: Timepoint): Promise<void> {
  const pending = await readRewinds(queues, stream);
  if (pending.some(({ data }) => epochOf(data.timepoint) >= epochOf(first))) return;
  await requestRewind(queues, stream, first);
  // One that stays after a crash here is left out by the ingestor.
  for (const earlier of pending) await removeUnlessTaken(earlier);
}
