import type { Sql } from '../pool.ts';

/** Supersedes the letters of status changes that are stored by now. */
export async function settleDerivations(sql: Sql, stream: string): Promise<void> {
  await sql.query(STATEMENT, [stream]);
}

const STATEMENT = `
update ingest.dead_letters as letter
set state = 'superseded', last_seen_at = now()
from register.company_status_changes as change
where letter.stream = $1 and letter.reason = 'derivation' and letter.state = 'open'
  and (change.company_number, change.timepoint) = (letter.company_number, letter.timepoint)
`;
