import type { LetterReason } from '@timepoint/shared/contract/job';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';
import { filterValues, type LetterQuery, type LetterState, MATCHES } from './letter-selection.ts';

/** A dead letter without its raw line. */
export interface LetterRow {
  readonly id: number;
  readonly stream: StreamName;
  readonly timepoint: number | null;
  readonly resource_uri: string | null;
  readonly company_number: string | null;
  readonly reason: LetterReason;
  readonly detail: string;
  readonly path: string | null;
  readonly fingerprint: string;
  readonly state: LetterState;
  readonly attempts: number;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
}

/** A dead letter. */
export interface DeadLetter extends LetterRow {
  /** The line as it came, which can be any text. */
  readonly raw: string;
}

const COLUMNS = `
  id, stream, timepoint, resource_uri, company_number, reason, detail, path, fingerprint, state, attempts, first_seen_at,
  last_seen_at`;

/** The dead letters that match a filter, at most `limit`, in the order of their streams. */
export async function readLetters(sql: Sql, filter: LetterQuery, limit: number): Promise<DeadLetter[]> {
  const { rows } = await sql.query<DeadLetter>(
    `select ${COLUMNS}, raw from ingest.dead_letters where ${MATCHES} order by stream, timepoint, id limit $10`,
    [...filterValues(filter), limit],
  );
  return rows;
}

export interface LetterPage {
  readonly filter: LetterQuery;
  /** Only letters with a lower `id`, for the next page; null for the first page. */
  readonly before: number | null;
  readonly limit: number;
}

/** A page of the dead letters that match a filter, the latest first. */
export async function readLetterPage(sql: Sql, { filter, before, limit }: LetterPage): Promise<LetterRow[]> {
  return (await sql.query<LetterRow>(PAGE, [...filterValues(filter), before, limit])).rows;
}

const PAGE = `
select ${COLUMNS}
from ingest.dead_letters
where ${MATCHES} and ($10::bigint is null or id < $10)
order by id desc
limit $11
`;

/** The `id` of each dead letter that matches a filter, in the order of their streams. */
export async function selectLetters(sql: Sql, filter: LetterQuery): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `select id from ingest.dead_letters where ${MATCHES} order by stream, timepoint, id`,
    filterValues(filter),
  );
  return rows.map(({ id }) => id);
}

/** One dead letter, whatever its state; null when there is none with this `id`. */
export async function readLetter(sql: Sql, id: number): Promise<DeadLetter | null> {
  const statement = `select ${COLUMNS}, raw from ingest.dead_letters where id = $1`;
  return (await sql.query<DeadLetter>(statement, [id])).rows[0] ?? null;
}

/** The exact bytes of the line of a dead letter; null when its `raw` is exact. */
export async function readLetterBytes(sql: Sql, id: number): Promise<Buffer | null> {
  const { rows } = await sql.query<{ raw_bytes: Buffer | null }>(
    'select raw_bytes from ingest.dead_letters where id = $1',
    [id],
  );
  return rows[0]?.raw_bytes ?? null;
}

export type OpenLetter = Pick<LetterRow, 'id' | 'stream' | 'timepoint' | 'reason'>;

/** The oldest open dead letters, at most `limit`. */
export async function readOpenLetters(sql: Sql, limit: number): Promise<OpenLetter[]> {
  const { rows } = await sql.query<OpenLetter>(
    `select id, stream, timepoint, reason from ingest.dead_letters where state = 'open' order by id limit $1`,
    [limit],
  );
  return rows;
}

/** How many dead letters of a stream are open for a reason. */
export interface LetterCount {
  readonly stream: string;
  readonly reason: LetterReason;
  readonly letters: number;
}

/** Counts the open dead letters by stream and reason, the largest count first. */
export async function countOpenLetters(sql: Sql): Promise<LetterCount[]> {
  return (await sql.query<LetterCount>(COUNTS)).rows;
}

const COUNTS = `
select stream, reason, count(*) as letters
from ingest.dead_letters
where state = 'open'
group by stream, reason
order by letters desc, stream, reason
`;
