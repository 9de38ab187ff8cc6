import type { Sql } from '../database.ts';
import type { StatusRange } from './derive-status-changes.ts';
import { toldStatusChanges } from './told-status-changes.ts';

/**
 * Makes the status changes after `after` equal to those that the log tells up to `upTo`. Returns how many rows
 * were added, changed or removed.
 */
export async function retellStatusChanges(sql: Sql, { stream, after, upTo }: StatusRange): Promise<number> {
  await sql.query(TELL, [stream, after, upTo]);
  const { rows: removed } = await sql.query(REMOVE, [after]);
  const { rows: written } = await sql.query(WRITE);
  return removed.length + written.length;
}

const TELL = `create temporary table told on commit drop as ${toldStatusChanges()}`;

const REMOVE = `
delete from register.company_status_changes as change
where timepoint > $1
  and not exists (
    select from told where (told.company_number, told.timepoint) = (change.company_number, change.timepoint)
  )
returning 1
`;

const WRITE = `
insert into register.company_status_changes as change
  (company_number, timepoint, published_at, from_status, from_status_detail, to_status, to_status_detail)
select * from told
order by company_number, timepoint
on conflict (company_number, timepoint) do update set
  published_at = excluded.published_at,
  from_status = excluded.from_status,
  from_status_detail = excluded.from_status_detail,
  to_status = excluded.to_status,
  to_status_detail = excluded.to_status_detail
where change is distinct from excluded
returning 1
`;
