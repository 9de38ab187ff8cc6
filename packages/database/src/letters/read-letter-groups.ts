import type { LetterSelection } from '@timepoint/shared/contract/job';
import type { Sql } from '../pool.ts';
import { SELECTED, selectionValues } from './select-letters.ts';

/** Dead letters that are alike. */
export interface LetterGroup {
  readonly stream: string;
  readonly reason: string;
  readonly fingerprint: string;
  readonly path: string | null;
  readonly letters: number;
  readonly companies: number;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
}

/** The dead letters of a selection by stream, reason and fingerprint, the largest group first. */
export async function readLetterGroups(sql: Sql, selection: LetterSelection): Promise<LetterGroup[]> {
  return (await sql.query<LetterGroup>(STATEMENT, selectionValues(selection))).rows;
}

const STATEMENT = `
select
  stream, reason, fingerprint, min(path) as path, count(*) as letters, count(distinct company_number) as companies,
  min(first_seen_at) as first_seen_at, max(last_seen_at) as last_seen_at
from ingest.dead_letters
where ${SELECTED}
group by stream, reason, fingerprint
order by letters desc, stream, fingerprint
`;
