import type { Sql } from '../pool.ts';
import { boundedDetail, boundedPath, type Letter } from './save-letters.ts';

/** Saves why a dead letter failed when it was replayed. */
export async function noteFailedReplay(
  sql: Sql,
  id: number,
  { reason, detail, path }: Pick<Letter, 'reason' | 'detail' | 'path'>,
): Promise<void> {
  await sql.query(STATEMENT, [id, reason, boundedDetail(detail), boundedPath(path)]);
}

const STATEMENT = `
update ingest.dead_letters
set attempts = attempts + 1, last_seen_at = now(), reason = $2, detail = $3, path = $4
where id = $1 and state in ('open', 'superseded')
`;
