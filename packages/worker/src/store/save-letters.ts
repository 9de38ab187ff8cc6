import type { Sql } from '../database.ts';
import { storableText } from './storable.ts';

/** A line that could not be applied. */
export interface Letter {
  /** Null for a line that has no place in the stream. */
  readonly timepoint: number | null;
  readonly resourceUri: string | null;
  readonly reason: 'unreadable' | 'envelope' | 'rejected';
  readonly detail: string;
  readonly raw: string;
}

/**
 * Keeps lines as dead letters. A letter that comes again counts as another attempt; one whose timepoint was
 * applied meanwhile is superseded.
 */
export async function saveLetters(sql: Sql, stream: string, letters: readonly Letter[]): Promise<void> {
  await sql.query(STATEMENT, [
    stream,
    letters.map((letter) => letter.timepoint),
    letters.map((letter) => (letter.resourceUri === null ? null : storableText(letter.resourceUri))),
    letters.map((letter) => letter.reason),
    letters.map((letter) => storableText(letter.detail)),
    letters.map((letter) => storableText(letter.raw)),
  ]);
}

const STATEMENT = `
with incoming as (
  select *, md5(raw) as raw_digest
  from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
    as letter(timepoint, resource_uri, reason, detail, raw)
),
repeated as (
  update ingest.dead_letters
  set attempts = attempts + 1, last_seen_at = now()
  from incoming
  where dead_letters.stream = $1
    and (dead_letters.timepoint = incoming.timepoint
      or (dead_letters.timepoint is null and incoming.timepoint is null
        and dead_letters.raw_digest = incoming.raw_digest))
)
insert into ingest.dead_letters (stream, timepoint, resource_uri, reason, detail, raw, state)
select
  $1, timepoint, resource_uri, reason, detail, raw,
  case
    when exists (select from ingest.events where events.stream = $1 and events.timepoint = incoming.timepoint)
    then 'superseded' else 'open'
  end
from incoming
order by timepoint, raw_digest
on conflict do nothing
`;
