import { encodeText } from '@timepoint/shared/contract/decode-text';
import type { LetterReason } from '@timepoint/shared/contract/job';
import { isResourceUri } from '@timepoint/shared/contract/resource-uri';
import { storableText } from '@timepoint/shared/contract/storable-json';
import type { Stream } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';
import { namesOf, render } from '../render.ts';
import { boundStrays } from './bound-strays.ts';

/** A line that could not be applied. */
export interface Letter {
  /** Null for a line without a timepoint. */
  readonly timepoint: number | null;
  readonly resourceUri: string | null;
  readonly reason: LetterReason;
  readonly detail: string;
  /** The part of the event that was refused; null when it is the whole event. */
  readonly path: string | null;
  /** The line as it came. A byte that is not UTF-8 is a lone surrogate, as `decodeText` returns it. */
  readonly raw: string;
}

/** The URI is in an index. In a broken envelope it can be as long as a line, so it is cut, in characters. */
const MAX_URI = 250;
/** An error can contain the value that it is about, so it is cut, in characters. */
const MAX_DETAIL = 2_000;
const MAX_PATH = 500;

/**
 * Saves lines as dead letters. A letter that comes again counts as another attempt. A letter is superseded when its
 * timepoint, or a newer document of its resource, was applied meanwhile. Call it with the coverage locked.
 */
export async function saveLetters(sql: Sql, stream: Stream, incoming: readonly Letter[]): Promise<void> {
  if (incoming.length === 0) return;
  const letters = await boundStrays(sql, stream.name, incoming);
  await sql.query(saveStatement(stream), [
    stream.name,
    letters.map((letter) => letter.timepoint),
    letters.map(({ resourceUri }) => (resourceUri === null ? null : boundedUri(resourceUri))),
    letters.map((letter) => letter.reason),
    letters.map((letter) => bounded(letter.detail, MAX_DETAIL)),
    letters.map((letter) => (letter.path === null ? null : bounded(letter.path, MAX_PATH))),
    letters.map((letter) => storableText(letter.raw)),
    letters.map(({ raw }) => (storableText(raw) === raw ? null : encodeText(raw))),
  ]);
}

/** Shortens a letter that the database refuses to its timepoint, its reason, and the beginning of its line. */
export function shorten(letter: Letter): Letter {
  return {
    ...letter,
    resourceUri: null,
    path: null,
    detail: bounded(letter.detail, 200),
    raw: bounded(letter.raw, 200),
  };
}

/** Cuts the detail of a letter to the length that the table takes. */
export const boundedDetail = (detail: string): string => bounded(detail, MAX_DETAIL);
/** Cuts the path of a letter to the length that the table takes. */
export const boundedPath = (path: string | null): string | null =>
  path === null ? null : bounded(path, MAX_PATH);

function boundedUri(uri: string): string {
  return isResourceUri(uri) ? storableText(uri) : bounded(uri, MAX_URI);
}

function bounded(text: string, characters: number): string {
  return storableText(text.length <= characters ? text : `${text.slice(0, characters)}…`);
}

/** The statement of {@link saveLetters} for the table of a stream. */
export function saveStatement(stream: Stream): string {
  return render(SAVE, namesOf(stream));
}

const SAVE = `
with incoming as (
  select *, md5(raw) as raw_digest
  from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[])
    as letter(timepoint, resource_uri, reason, detail, path, raw, raw_bytes)
),
repeated as (
  update ingest.dead_letters
  set attempts = attempts + 1, last_seen_at = now()
  from incoming
  where dead_letters.stream = $1
    and (dead_letters.timepoint = incoming.timepoint
        -- What distinguishes letters of one timepoint, as in the index dead_letters_place.
        and (case dead_letters.reason when 'conflict' then dead_letters.raw_digest when 'derivation' then dead_letters.reason else '' end)
          = (case incoming.reason when 'conflict' then incoming.raw_digest when 'derivation' then incoming.reason else '' end)
      or (dead_letters.timepoint is null and incoming.timepoint is null
        and dead_letters.raw_digest = incoming.raw_digest))
)
insert into ingest.dead_letters (stream, timepoint, resource_uri, reason, detail, path, raw, raw_bytes, state)
select
  $1, timepoint, resource_uri, reason, detail, path, raw, raw_bytes,
  case
    when reason = 'derivation' then 'open'
    when reason <> 'conflict'
      and exists (select from ingest.events where events.stream = $1 and events.timepoint = incoming.timepoint)
      or exists (
        select from register.:table as current
        where current.resource_uri = incoming.resource_uri and current.data_timepoint > incoming.timepoint
      )
    then 'superseded' else 'open'
  end
from incoming
order by timepoint, raw_digest
on conflict do nothing
`;
