import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import pg from 'pg';
import { underLock } from './under-lock.ts';

let test: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  test = await createTestDatabase();
  pool = new pg.Pool({ connectionString: test.url, max: 3 });
});
afterAll(async () => {
  await pool.end();
  await test.drop();
});

describe('Timepoint, doing work under a lock,', () => {
  it('does not begin it when the connection is lost right after the lock was taken', async () => {
    const taken: pg.PoolClient[] = [];
    // The second connection is the one that is asked for when the lock is held, and the work has not begun.
    const connect = async () => {
      const client = await pool.connect();
      client.on('error', () => undefined);
      const [holder] = taken;
      if (holder !== undefined) {
        const end = `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
          and database = (select oid from pg_database where datname = current_database())`;
        const ended = new Promise<void>((resolve) => holder.once('end', resolve));
        await Promise.all([ended, client.query(end)]);
      }
      taken.push(client);
      return client;
    };
    const session = { statementTimeoutMs: 0, idleInTransactionMs: 0 };
    let hasBegun = false;
    const working = underLock({ pool: { connect }, routes: new WeakMap(), session }, 'a lock', async () => {
      hasBegun = true;
    });
    await expect(working).rejects.toMatchObject({ code: 'lock-lost' });
    expect(hasBegun).toBe(false);
  });
});
