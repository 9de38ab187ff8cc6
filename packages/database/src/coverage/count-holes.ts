import type { Sql } from '../pool.ts';

export interface HoleCount {
  readonly stream: string;
  readonly state: 'open' | 'accepted' | 'repaired';
  readonly holes: number;
}

/** How many holes were found, by stream and what became of them; without those of one batch that overtook another. */
export async function countHoles(sql: Sql): Promise<HoleCount[]> {
  return (await sql.query<HoleCount>(STATEMENT)).rows;
}

const STATEMENT = `
select stream, state, count(*) as holes
from ingest.holes
group by stream, state
`;
