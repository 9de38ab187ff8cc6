import type { Sql } from '../pool.ts';
import type { StatusChangeKey, StatusRange } from './derive-status-changes.ts';
import { EXPECTED_STATUS_CHANGES } from './expected-status-changes.ts';

/**
 * Computes the status changes into the temporary table `expected`, and deletes stored ones that are not in it. Returns
 * how many it deleted.
 */
export async function removeUnexpected(sql: Sql, { stream, after, upTo }: StatusRange): Promise<number> {
  await sql.query(COMPUTE, [stream, after, upTo, null]);
  return (await sql.query<{ rows: number }>(REMOVE, [after])).rows[0]?.rows ?? 0;
}

/** Writes the expected status changes, or only some, where the stored ones differ. Returns how many rows it wrote. */
export async function writeExpected(sql: Sql, only: readonly StatusChangeKey[] | null): Promise<number> {
  const values = [
    only?.map(({ company_number }) => company_number) ?? null,
    only?.map(({ timepoint }) => timepoint) ?? null,
  ];
  return (await sql.query<{ rows: number }>(WRITE, values)).rows[0]?.rows ?? 0;
}

/** The expected status changes that differ from the stored ones. */
export async function readDiffering(sql: Sql): Promise<StatusChangeKey[]> {
  return (await sql.query<StatusChangeKey>(DIFFERING)).rows;
}

const COMPUTE = `create temporary table expected on commit drop as ${EXPECTED_STATUS_CHANGES}`;

const REMOVE = `
with removed as (
delete from register.company_status_changes as change
where timepoint > $1
  and not exists (
    select from expected where (expected.company_number, expected.timepoint) = (change.company_number, change.timepoint)
  )
returning 1
)
select count(*) as rows from removed
`;

const DIFFERING = `
select company_number, timepoint
from expected
left join register.company_status_changes as change using (company_number, timepoint)
where (expected.published_at, expected.from_status, expected.from_status_detail, expected.to_status, expected.to_status_detail)
  is distinct from (change.published_at, change.from_status, change.from_status_detail, change.to_status, change.to_status_detail)
order by company_number, timepoint
`;

const WRITE = `
with written as (
insert into register.company_status_changes as change
  (company_number, timepoint, published_at, from_status, from_status_detail, to_status, to_status_detail)
select * from expected
where $1::text[] is null or (company_number, timepoint) in (select * from unnest($1::text[], $2::bigint[]))
order by company_number, timepoint
on conflict (company_number, timepoint) do update set
  published_at = excluded.published_at,
  from_status = excluded.from_status,
  from_status_detail = excluded.from_status_detail,
  to_status = excluded.to_status,
  to_status_detail = excluded.to_status_detail
where change is distinct from excluded
returning 1
)
select count(*) as rows from written
`;
