import type { Sql } from '../pool.ts';
import type { StatusChangeKey, StatusRange } from './derive-status-changes.ts';
import { toldStatusChanges } from './expected-status-changes.ts';

/** Tells status changes into the temporary table `told`, and removes those that it lacks. Returns how many. */
export async function tellStatusChanges(sql: Sql, { stream, after, upTo }: StatusRange): Promise<number> {
  await sql.query(TELL, [stream, after, upTo]);
  return (await sql.query<{ rows: number }>(REMOVE, [after])).rows[0]?.rows ?? 0;
}

/** Writes what was told, or only some of it, where it differs. Returns how many rows were added or changed. */
export async function writeTold(sql: Sql, only: readonly StatusChangeKey[] | null): Promise<number> {
  const values = [
    only?.map(({ company_number }) => company_number) ?? null,
    only?.map(({ timepoint }) => timepoint) ?? null,
  ];
  return (await sql.query<{ rows: number }>(WRITE, values)).rows[0]?.rows ?? 0;
}

/** What of that which was told differs from what is there. */
export async function readTold(sql: Sql): Promise<StatusChangeKey[]> {
  return (await sql.query<StatusChangeKey>(DIFFERING)).rows;
}

const TELL = `create temporary table told on commit drop as ${toldStatusChanges()}`;

const REMOVE = `
with removed as (
delete from register.company_status_changes as change
where timepoint > $1
  and not exists (
    select from told where (told.company_number, told.timepoint) = (change.company_number, change.timepoint)
  )
returning 1
)
select count(*) as rows from removed
`;

const DIFFERING = `
select company_number, timepoint
from told
left join register.company_status_changes as change using (company_number, timepoint)
where (told.published_at, told.from_status, told.from_status_detail, told.to_status, told.to_status_detail)
  is distinct from (change.published_at, change.from_status, change.from_status_detail, change.to_status, change.to_status_detail)
order by company_number, timepoint
`;

const WRITE = `
with written as (
insert into register.company_status_changes as change
  (company_number, timepoint, published_at, from_status, from_status_detail, to_status, to_status_detail)
select * from told
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
