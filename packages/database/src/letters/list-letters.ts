import type { Sql } from '../read-only-pool.ts';
import { FILTER_CONDITION, filterValues, type LetterFilter } from './letter-filter.ts';

/** A dead letter without its text. */
export interface LetterRow {
  readonly id: number;
  readonly stream: string;
  readonly timepoint: number | null;
  readonly resource_uri: string | null;
  readonly company_number: string | null;
  readonly reason: string;
  readonly path: string | null;
  readonly detail: string;
  readonly attempts: number;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
}

export interface ListLettersOptions {
  readonly filter: LetterFilter;
  /** Only letters with a lower number, for the next page; null for the first page. */
  readonly before: number | null;
  readonly limit: number;
}

/** The letters that fit, the latest first. */
export async function listLetters(sql: Sql, options: ListLettersOptions): Promise<LetterRow[]> {
  const { filter, before, limit } = options;
  return (await sql.query<LetterRow>(STATEMENT, [...filterValues(filter), before, limit])).rows;
}

const STATEMENT = `
select
  id, stream, timepoint, resource_uri, company_number, reason, path, detail, attempts, first_seen_at, last_seen_at
from ingest.dead_letters
where ${FILTER_CONDITION}
and ($8::bigint is null or id < $8)
order by id desc
limit $9
`;
