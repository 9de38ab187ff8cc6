import type { LetterReason } from '@timepoint/shared/contract/job';
import type { Sql } from '../pool.ts';

export interface LetterCount {
  readonly stream: string;
  readonly reason: LetterReason;
  readonly letters: number;
}

/** How many dead letters are open, by stream and reason. */
export async function countOpenLetters(sql: Sql): Promise<LetterCount[]> {
  return (await sql.query<LetterCount>(STATEMENT)).rows;
}

const STATEMENT = `
select stream, reason, count(*) as letters
from ingest.dead_letters
where state = 'open'
group by stream, reason
`;
