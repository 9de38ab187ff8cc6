import type { Sql } from '../pool.ts';

export interface HoleCount {
  readonly stream: string;
  readonly state: 'open' | 'accepted' | 'repaired';
  readonly holes: number;
}

/** Counts the holes by stream and state. Holes of a batch that overtook another are not kept and not counted. */
export async function countHoles(sql: Sql): Promise<HoleCount[]> {
  return (await sql.query<HoleCount>(STATEMENT)).rows;
}

const STATEMENT = `
select stream, state, count(*) as holes
from ingest.holes
group by stream, state
`;
