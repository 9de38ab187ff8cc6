import type { LetterSelection } from '@timepoint/shared/contract/job';
import type { Sql } from '../pool.ts';

/** The dead letters that are meant, by `id`, in the order of their streams. */
export async function selectLetters(sql: Sql, selection: LetterSelection): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `select id from ingest.dead_letters where ${SELECTED} order by stream, timepoint, id`,
    selectionValues(selection),
  );
  return rows.map(({ id }) => id);
}

/** The condition of a selection, on the parameters of {@link selectionValues}. */
export const SELECTED = `
  state = $1
  and ($2::bigint[] is null or id = any($2))
  and ($3::text is null or stream = $3)
  and ($4::text is null or reason = $4)
  and ($5::text is null or fingerprint = $5)
  and ($6::text is null or company_number = register.normalize_company_number($6))
  and ($7::timestamptz is null or last_seen_at >= $7)
  and ($8::timestamptz is null or last_seen_at < $8)
  and ($9::bigint is null or id <= $9)`;

/** The parameters $1 to $9 of {@link SELECTED}. */
export function selectionValues(selection: LetterSelection): unknown[] {
  const { state, ids, stream, reason, fingerprint, companyNumber, since, until, upToId } = selection;
  return [state, ids, stream, reason, fingerprint, companyNumber, since, until, upToId].map(
    (value) => value ?? null,
  );
}
