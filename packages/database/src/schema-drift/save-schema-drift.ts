import { storableText } from '@timepoint/shared/contract/storable-json';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';
import { type FoundSchemaDrift, MAX_FINGERPRINTS } from './schema-drift-watch.ts';

/**
 * Saves schema drift, each fingerprint once, with the first event or line of a file that had it. Returns what was not
 * saved before. At most {@link MAX_FINGERPRINTS} of a stream are saved, for any number of workers and restarts. Call it
 * after the events were written: a document that the log takes is also taken here.
 */
export async function saveSchemaDrift(
  sql: Sql,
  stream: StreamName,
  found: readonly FoundSchemaDrift[],
): Promise<FoundSchemaDrift[]> {
  if (found.length === 0) return [];
  // A document with twenty differences is sent once.
  const places = new Map([...new Set(found.map(({ event }) => event))].map((event, place) => [event, place]));
  const { rows } = await sql.query<{ fingerprint: string }>(STATEMENT, [
    stream,
    found.map(({ drift }) => storableText(drift.fingerprint)),
    found.map(({ drift }) => drift.kind),
    found.map(({ drift }) => storableText(drift.path)),
    found.map(({ drift }) => (drift.value === null ? null : storableText(drift.value))),
    found.map(({ event }) => event.timepoint),
    found.map(({ event }) => storableText(event.resourceUri)),
    found.map(({ event }) => places.get(event)),
    `[${[...places.keys()].map((event) => event.line).join(',')}]`,
    MAX_FINGERPRINTS,
    found.map(({ event }) => event.file?.snapshotId ?? null),
    found.map(({ event }) => event.file?.line ?? null),
  ]);
  const saved = new Set(rows.map((row) => row.fingerprint));
  return found.filter(({ drift }) => saved.has(storableText(drift.fingerprint)));
}

const STATEMENT = `
insert into ingest.schema_drift (stream, fingerprint, kind, path, value, timepoint, resource_uri, sample, snapshot_id, line)
select $1, fingerprint, kind, path, value, timepoint, resource_uri, $9::jsonb -> place, snapshot_id, line
from unnest(
    $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::integer[], $11::bigint[], $12::bigint[])
  as found(fingerprint, kind, path, value, timepoint, resource_uri, place, snapshot_id, line)
order by fingerprint collate "C"
limit greatest(0, $10 - (select count(*) from ingest.schema_drift where stream = $1))
on conflict (stream, fingerprint) do nothing
returning fingerprint
`;
