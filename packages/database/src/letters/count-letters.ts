import type { Sql } from '../read-only-pool.ts';

/** How many dead letters are open for a reason. */
export interface LetterCount {
  readonly stream: string;
  readonly reason: string;
  readonly letters: number;
}

/** Open dead letters by reason and stream, the most first. */
export async function countLetters(sql: Sql): Promise<LetterCount[]> {
  return (await sql.query<LetterCount>(STATEMENT)).rows;
}

const STATEMENT = `
select stream, reason, count(*) as letters
from ingest.dead_letters
where state = 'open'
group by stream, reason
order by letters desc, stream, reason
`;
