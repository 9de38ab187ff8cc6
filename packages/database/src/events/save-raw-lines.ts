import { createHash } from 'node:crypto';
import { encodeText } from '@timepoint/shared/contract/decode-text';
import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import { storableText } from '@timepoint/shared/contract/storable-json';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';

/** A line of which a part was replaced before it was stored. */
export interface RawLine {
  /** Null for a line of a file. */
  readonly timepoint: number | null;
  /** The file and the number of the line; null for a line of a stream. */
  readonly file: { readonly snapshotId: number; readonly line: number } | null;
  /** The replaced values and their paths. */
  readonly reason: string;
  /** The line as it came. A byte that is not UTF-8 is a lone surrogate, as `decodeText` returns it. */
  readonly raw: string;
}

/** At most this many lines of a stream are kept, and of its files. Later lines are not kept. */
export const MAX_RAW_LINES = 1_000;
/** At most this many bytes of a line are kept. */
export const MAX_RAW_BYTES = 64 * 1024;

/** The line of an event when a part of it was replaced, else an empty list. */
export function toRawLine({ timepoint, raw, deviations }: StreamEvent): RawLine[] {
  const replaced = deviations.filter(({ kind }) => kind === 'unstorable');
  if (replaced.length === 0) return [];
  const reason = replaced.map(({ path, value }) => `${value} at ${path}`).join('; ');
  return [{ timepoint, file: null, reason, raw }];
}

/** Saves the exact bytes of lines, each line once, within {@link MAX_RAW_LINES} and {@link MAX_RAW_BYTES}. */
export async function saveRawLines(sql: Sql, stream: StreamName, lines: readonly RawLine[]): Promise<void> {
  if (lines.length === 0) return;
  const some = lines.slice(0, MAX_RAW_LINES).map((line) => ({ ...line, bytes: encodeText(line.raw) }));
  await sql.query(STATEMENT, [
    stream,
    some.map(({ bytes }) => createHash('sha1').update(bytes).digest('hex')),
    some.map(({ timepoint }) => timepoint),
    some.map(({ file }) => file?.snapshotId ?? null),
    some.map(({ file }) => file?.line ?? null),
    some.map(({ reason }) => storableText(reason)),
    some.map(({ bytes }) => bytes.subarray(0, MAX_RAW_BYTES)),
    some.map(({ bytes }) => bytes.length),
    MAX_RAW_LINES,
  ]);
}

const STATEMENT = `
insert into ingest.raw_lines (stream, digest, timepoint, snapshot_id, line, reason, raw, bytes)
select $1, digest, timepoint, snapshot_id, line, reason, raw, bytes
from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bytea[], $8::integer[])
  as found(digest, timepoint, snapshot_id, line, reason, raw, bytes)
order by digest collate "C"
limit greatest(0, $9 - (
  select count(*) from ingest.raw_lines where stream = $1 and (snapshot_id is null) = ((($4::bigint[])[1]) is null)
))
on conflict (stream, digest) do nothing
`;
