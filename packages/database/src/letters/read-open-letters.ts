import type { LetterReason } from '@timepoint/shared/contract/job';
import type { Sql } from '../pool.ts';

export interface OpenLetter {
  readonly id: number;
  readonly stream: string;
  readonly timepoint: number | null;
  readonly reason: LetterReason;
}

/** The oldest open dead letters, at most `limit`. */
export async function readOpenLetters(sql: Sql, limit: number): Promise<OpenLetter[]> {
  const { rows } = await sql.query<OpenLetter>(
    `select id, stream, timepoint, reason from ingest.dead_letters where state = 'open' order by id limit $1`,
    [limit],
  );
  return rows;
}
