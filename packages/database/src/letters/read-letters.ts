import type { LetterReason, LetterSelection } from '@timepoint/shared/contract/job';
import type { Sql } from '../pool.ts';
import { SELECTED, selectionValues } from './select-letters.ts';

/** A dead letter. */
export interface DeadLetter {
  readonly id: number;
  readonly stream: string;
  readonly timepoint: number | null;
  readonly resource_uri: string | null;
  readonly company_number: string | null;
  readonly reason: LetterReason;
  readonly detail: string;
  readonly path: string | null;
  readonly fingerprint: string;
  readonly state: 'open' | 'replayed' | 'superseded' | 'discarded';
  readonly attempts: number;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly raw: string;
}

const COLUMNS = `
  id, stream, timepoint, resource_uri, company_number, reason, detail, path, fingerprint, state, attempts, first_seen_at,
  last_seen_at, raw`;

/** The dead letters of a selection, at most `limit`, in the order of their streams. */
export async function readLetters(
  sql: Sql,
  selection: LetterSelection,
  limit: number,
): Promise<DeadLetter[]> {
  const { rows } = await sql.query<DeadLetter>(
    `select ${COLUMNS} from ingest.dead_letters where ${SELECTED} order by stream, timepoint, id limit $10`,
    [...selectionValues(selection), limit],
  );
  return rows;
}

/** One dead letter, whatever its state; null when there is none of that number. */
export async function readLetter(sql: Sql, id: number): Promise<DeadLetter | null> {
  const { rows } = await sql.query<DeadLetter>(`select ${COLUMNS} from ingest.dead_letters where id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

/** The exact bytes of the line of a dead letter; null when its `raw` holds it exactly. */
export async function readLetterBytes(sql: Sql, id: number): Promise<Buffer | null> {
  const { rows } = await sql.query<{ raw_bytes: Buffer | null }>(
    'select raw_bytes from ingest.dead_letters where id = $1',
    [id],
  );
  return rows[0]?.raw_bytes ?? null;
}
