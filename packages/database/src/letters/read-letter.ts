import type { Sql } from '../read-only-pool.ts';
import type { LetterFilter } from './letter-filter.ts';
import type { LetterRow } from './list-letters.ts';

/** A dead letter with its text. */
export interface Letter extends LetterRow {
  readonly state: LetterFilter['state'];
  readonly fingerprint: string;
  /** The line as it came: anything at all, to be shown as text only. */
  readonly raw: string;
}

/** One letter by its number; undefined when there is none. */
export async function readLetter(sql: Sql, id: number): Promise<Letter | undefined> {
  return (await sql.query<Letter>(STATEMENT, [id])).rows[0];
}

const STATEMENT = `
select
  id, stream, timepoint, resource_uri, company_number, reason, path, detail, attempts, first_seen_at, last_seen_at,
  state, fingerprint, raw
from ingest.dead_letters
where id = $1
`;
