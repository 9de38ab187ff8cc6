import type { Sql } from '../database.ts';
import { FILTER_CONDITION, filterValues, type LetterFilter } from './letter-filter.ts';

/** Dead letters that are alike: a row as the view `ingest.dead_letter_groups` has them. */
export interface LetterGroup {
  readonly stream: string;
  readonly reason: string;
  readonly fingerprint: string;
  readonly path: string | null;
  readonly letters: number;
  readonly companies: number;
  readonly first_timepoint: number | null;
  readonly last_timepoint: number | null;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly example: string;
}

/** The groups of the letters that fit, the largest first, at most 100. */
export async function groupLetters(sql: Sql, filter: LetterFilter): Promise<LetterGroup[]> {
  return (await sql.query<LetterGroup>(STATEMENT, filterValues(filter))).rows;
}

// Not the view: it can't be asked for a company or a time.
const STATEMENT = `
select
  stream, reason, fingerprint, min(path) as path,
  count(*) as letters,
  count(distinct company_number) as companies,
  min(timepoint) as first_timepoint,
  max(timepoint) as last_timepoint,
  min(first_seen_at) as first_seen_at,
  max(last_seen_at) as last_seen_at,
  min(detail) as example
from ingest.dead_letters
where ${FILTER_CONDITION}
group by stream, reason, fingerprint
order by letters desc, last_seen_at desc
limit 100
`;
