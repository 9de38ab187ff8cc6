import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { readMigrations } from '@timepoint/database/migration/migrate';
import { openDatabase } from '@timepoint/database/pool';
import { createTestDatabase } from '@timepoint/testkit/private-database';
import { makeWholeCopy, readRows } from '@timepoint/testkit/whole-copy';

const run = promisify(execFile);
/** Absent where Postgres comes from npm. */
const hasTools = await run('pg_dump', ['--version']).then(
  () => true,
  () => false,
);
const itWithTools = hasTools ? it : it.skip;

describe('Timepoint, restored from a dump,', () => {
  // A dump is restored with an empty search path: generated columns are computed again, and functions need their schema.
  itWithTools('has the same rows and views, and the ledger that goes with them', async () => {
    const [from, to] = [await createTestDatabase(), await createTestDatabase()];
    try {
      const copy = await makeWholeCopy(from.url);
      const file = join(tmpdir(), `${new URL(from.url).pathname.slice(1)}.sql`);
      const schemas = ['--extension=pg_trgm', '--schema=register', '--schema=ingest'];
      await run('pg_dump', [...schemas, '--file', file, from.url]);
      await run('psql', ['--quiet', '--set', 'ON_ERROR_STOP=1', '--file', file, to.url]);
      await rm(file);
      expect(await readRows(to.url)).toEqual(copy.rows);
      const { pending } = await readMigrations(to.url);
      expect(pending).toEqual([]);
      const database = openDatabase(to.url, 1);
      const { rows } = await database.query(`select count(*) as streams from ingest.status`);
      await database.close();
      expect(rows).toEqual([{ streams: 9 }]);
    } finally {
      await Promise.all([from.drop(), to.drop()]);
    }
  });
});
