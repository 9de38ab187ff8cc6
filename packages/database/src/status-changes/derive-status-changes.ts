import type { Sql } from '../pool.ts';
import { EXPECTED_STATUS_CHANGES } from './expected-status-changes.ts';

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
  await sql.query(DERIVE, [
    stream,
    after,
    upTo,
    companyNumbers,
    only?.map(({ company_number }) => company_number) ?? null,
    only?.map(({ timepoint }) => timepoint) ?? null,
  ]);
}

const DERIVE = `
insert into register.company_status_changes
  (company_number, timepoint, published_at, from_status, from_status_detail, to_status, to_status_detail)
select * from (${EXPECTED_STATUS_CHANGES}) as expected
where $5::text[] is null or (company_number, timepoint) in (select * from unnest($5::text[], $6::bigint[]))
order by company_number, timepoint
on conflict (company_number, timepoint) do nothing
`;

/** The status changes that {@link deriveStatusChanges} would write. */
export async function readExpected(
  sql: Sql,
  { stream, after, upTo }: StatusRange,
  companyNumbers: readonly string[] | null = null,
): Promise<StatusChangeKey[]> {
  return (await sql.query<StatusChangeKey>(READ, [stream, after, upTo, companyNumbers])).rows;
}

const READ = `
select company_number, timepoint
from (${EXPECTED_STATUS_CHANGES}) as expected
order by company_number, timepoint
`;

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
