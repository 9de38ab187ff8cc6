// A pooler does not say what it is. In session mode a connection keeps its session of Postgres; in transaction mode the
// session of one connection is another's as soon as it is idle. Example: A asks for the process id of its session and is
// idle; B, in a transaction, gets the same id. Only transaction mode does that.
import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '@timepoint/database/pool';
import { TimepointError } from '@timepoint/shared/platform/errors';

/** What stands before Postgres. `hasRoom`: a second session can be had while a transaction keeps one. */
export type Pooler =
  | { readonly mode: 'none' }
  | { readonly mode: 'session' | 'transaction'; readonly hasRoom: boolean };

/** A statement that takes longer, in ms, has failed. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** Others use the pooler too: once may be chance. */
const ROUNDS = 5;

/** Finds out whether a pooler stands before Postgres, and how it gives sessions. Rejects when it gives none at all. */
export async function findPooler(url: string): Promise<Pooler> {
  const [one, other] = [open(url), open(url)];
  try {
    if ((await one.route()) === 'direct') return { mode: 'none' };
    const mode = (await isShared(one, other)) ? 'transaction' : 'session';
    return { mode, hasRoom: await hasSecondSession(other) };
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

const open = (url: string) => openDatabase(url, 2, { statementTimeoutMs: STATEMENT_TIMEOUT_MS });

async function isShared(one: Database, other: Database): Promise<boolean> {
  const seen = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const idle = await pidOf(one);
    // Another client may have taken the session between, and given this one another.
    if (seen.size > 0 && !seen.has(idle)) return true;
    seen.add(idle);
    if ((await pidOf(other)) === idle) return true;
  }
  return false;
}

async function pidOf(database: Database): Promise<number> {
  const { rows } = await database.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}

/** What needs a lock is asked for one: it makes sure of a second session before its work. */
async function hasSecondSession(database: Database): Promise<boolean> {
  try {
    await database.exclusively(`timepoint doctor ${randomUUID()}`, async () => true);
    return true;
  } catch (error) {
    if (error instanceof TimepointError && error.code === 'no-session') return false;
    throw error;
  }
}
