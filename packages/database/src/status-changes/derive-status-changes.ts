import type { Sql } from '../pool.ts';
import { expectedStatusChanges } from './expected-status-changes.ts';

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
 * Derives the status changes of the events in `(after, upTo]`, for some companies or for all with null. They are exact
 * when every event up to `upTo` is in the log and those up to `after` are derived. The coverage lock and the watermark
 * ensure both.
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

/** The status changes that {@link deriveStatusChanges} would write. */
export async function readExpected(
  sql: Sql,
  { stream, after, upTo }: StatusRange,
  companyNumbers: readonly string[] | null = null,
): Promise<StatusChangeKey[]> {
  const { rows } = await sql.query<StatusChangeKey>(
    `select company_number, timepoint from (${expectedStatusChanges(conditionOf(companyNumbers))}) as expected
     order by company_number, timepoint`,
    companyNumbers === null ? [stream, after, upTo] : [stream, after, upTo, companyNumbers],
  );
  return rows;
}

/**
 * Deletes the status changes of some companies in `(after, upTo]`, so that they can be derived again. This is needed
 * when an event, such as a replayed dead letter, is applied after the derivation has passed it. Changes whose events
 * have expired from the log stay.
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
select * from (${expectedStatusChanges(condition)}) as expected
${only}
order by company_number, timepoint
on conflict (company_number, timepoint) do nothing
`;
