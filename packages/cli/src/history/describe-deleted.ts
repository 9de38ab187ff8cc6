// A delete brings no document, and the log may no longer hold the one before it. The tombstone does. Example: an officer was
// seen in January and deleted in June, and the log keeps three months: the row of the register still has the name.

import { readTombstones } from '@timepoint/database/events/read-tombstones';
import type { Sql } from '@timepoint/database/pool';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { describeDocument } from './describe-document.ts';
import type { HistoryEvent } from './history.ts';

/** Adds to each delete of which the log holds no document what its tombstone says, or that nothing is held. */
export async function describeDeleted(
  sql: Sql,
  events: readonly HistoryEvent[],
): Promise<readonly HistoryEvent[]> {
  const lacking = events.filter(isLacking);
  const known = new Map<string, Pick<HistoryEvent, 'about' | 'about_from'>>();
  for (const [stream, some] of Map.groupBy(lacking, (event) => event.stream)) {
    const uris = [...new Set(some.map((event) => event.resource_uri))];
    for (const { resource_uri, data } of await readTombstones(sql, stream as StreamName, uris)) {
      const about = describeDocument(stream, data);
      if (about !== null) known.set(`${stream} ${resource_uri}`, { about, about_from: 'tombstone' });
    }
  }
  return events.map((event) =>
    isLacking(event)
      ? { ...event, ...(known.get(`${event.stream} ${event.resource_uri}`) ?? { about: null }) }
      : event,
  );
}

const isLacking = ({ what, about }: HistoryEvent) => what === 'deleted' && about === undefined;
