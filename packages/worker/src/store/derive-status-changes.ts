import type { Sql } from '../database.ts';
import { toldStatusChanges } from './told-status-changes.ts';

export interface StatusRange {
  readonly stream: string;
  readonly after: number;
  readonly upTo: number;
}

/**
 * Derives the status changes that the events in `(after, upTo]` tell. Exact when every event up to `upTo` is
 * in the log and those up to `after` are derived: the coverage lock and the watermark see to both.
 */
export async function deriveStatusChanges(sql: Sql, { stream, after, upTo }: StatusRange): Promise<void> {
  await sql.query(derive(''), [stream, after, upTo]);
}

/**
 * Derives the status changes of some companies in `(after, upTo]` again, from the log: for events that were
 * applied only after the watermark had passed them, such as a replayed dead letter. Changes that the log is
 * too short to tell stay.
 */
export async function rebuildStatusChanges(
  sql: Sql,
  { stream, after, upTo }: StatusRange,
  companyNumbers: readonly string[],
): Promise<void> {
  await sql.query(FORGET, [stream, after, upTo, companyNumbers]);
  await sql.query(derive('and company_number = any($4)'), [stream, after, upTo, companyNumbers]);
}

const FORGET = `
delete from register.company_status_changes as change
using ingest.coverage
where coverage.stream = $1
  and change.company_number = any($4)
  and change.timepoint > greatest($2, expired_up_to)
  and change.timepoint <= $3
`;

const derive = (condition: string) => `
insert into register.company_status_changes
  (company_number, timepoint, published_at, from_status, from_status_detail, to_status, to_status_detail)
select * from (${toldStatusChanges(condition)}) as told
order by company_number, timepoint
on conflict (company_number, timepoint) do nothing
`;
