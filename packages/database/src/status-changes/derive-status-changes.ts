import type { Sql } from '../pool.ts';
import { toldStatusChanges } from './expected-status-changes.ts';

export interface StatusRange {
  readonly stream: string;
  readonly after: number;
  readonly upTo: number;
}

/** What identifies a status change. */
export interface StatusChangeKey {
  readonly company_number: string;
  readonly timepoint: number;
}

/**
 * Derives the status changes that the events in `(after, upTo]` tell, of some companies or of all with null. Exact when every
 * event up to `upTo` is in the log and those up to `after` are derived: the coverage lock and the watermark see to both.
 * @param only writes only these of them.
 */
export async function deriveStatusChanges(
  sql: Sql,
  { stream, after, upTo }: StatusRange,
  companyNumbers: readonly string[] | null = null,
  only: readonly StatusChangeKey[] | null = null,
): Promise<void> {
  const values: unknown[] = [stream, after, upTo];
  if (companyNumbers !== null) values.push(companyNumbers);
  if (only === null) {
    await sql.query(derive(conditionOf(companyNumbers), ''), values);
    return;
  }
  const keys = `where (company_number, timepoint) in (
    select * from unnest($${values.length + 1}::text[], $${values.length + 2}::bigint[]))`;
  await sql.query(derive(conditionOf(companyNumbers), keys), [
    ...values,
    only.map(({ company_number }) => company_number),
    only.map(({ timepoint }) => timepoint),
  ]);
}

/** What {@link deriveStatusChanges} would write. */
export async function readDerived(
  sql: Sql,
  { stream, after, upTo }: StatusRange,
  companyNumbers: readonly string[] | null = null,
): Promise<StatusChangeKey[]> {
  const { rows } = await sql.query<StatusChangeKey>(
    `select company_number, timepoint from (${toldStatusChanges(conditionOf(companyNumbers))}) as told
     order by company_number, timepoint`,
    companyNumbers === null ? [stream, after, upTo] : [stream, after, upTo, companyNumbers],
  );
  return rows;
}

/**
 * Takes out the status changes of some companies in `(after, upTo]`, to be derived again: for events that were
 * applied only after the derivation had passed them, such as a replayed dead letter. Changes that the log is
 * too short to tell stay.
 */
export async function forgetStatusChanges(
  sql: Sql,
  { stream, after, upTo }: StatusRange,
  companyNumbers: readonly string[],
): Promise<void> {
  await sql.query(FORGET, [stream, after, upTo, companyNumbers]);
}

const FORGET = `
delete from register.company_status_changes as change
using ingest.coverage
where coverage.stream = $1
  and change.company_number = any($4)
  and change.timepoint > greatest($2, expired_up_to)
  and change.timepoint <= $3
`;

const conditionOf = (companyNumbers: readonly string[] | null) =>
  companyNumbers === null ? '' : 'and company_number = any($4)';

const derive = (condition: string, only: string) => `
insert into register.company_status_changes
  (company_number, timepoint, published_at, from_status, from_status_detail, to_status, to_status_detail)
select * from (${toldStatusChanges(condition)}) as told
${only}
order by company_number, timepoint
on conflict (company_number, timepoint) do nothing
`;
