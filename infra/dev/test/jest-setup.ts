import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { dropTemplate } from '@timepoint/testkit/private-database';
import { startPostgres, TEST_SETTINGS } from '@timepoint/testkit/stores/postgres';
import { startRedis } from '@timepoint/testkit/stores/redis';
import { createTempFolder } from '@timepoint/testkit/temp-folder';

interface TestStores {
  close(): Promise<void>;
}

declare global {
  /** Set by the setup of a jest run and read by its teardown. */
  var timepointTestStores: TestStores | undefined;
}

/**
 * Starts what all tests share, and names it in `TEST_DATABASE_URL` and `TEST_REDIS_URL`: a private Postgres
 * and Redis, unless `DATABASE_URL` and `REDIS_URL` are set. Where no Redis is installed there is none.
 * `TEST_TEMPLATE` names the database of which migrated ones are copies.
 */
export default async function setUp(): Promise<void> {
  const folder = createTempFolder();
  const postgres = await openPostgres(join(folder, 'postgres'));
  const redis = await openRedis(join(folder, 'redis')).catch(async (error: unknown) => {
    await postgres?.close();
    throw error;
  });
  process.env.TEST_DATABASE_URL = postgres?.url ?? process.env.DATABASE_URL;
  process.env.TEST_REDIS_URL = redis?.url ?? process.env.REDIS_URL ?? '';
  process.env.TEST_TEMPLATE = `template_${randomBytes(6).toString('hex')}`;
  globalThis.timepointTestStores = {
    close: async () => {
      if (postgres === undefined) await dropTemplate();
      await Promise.all([postgres?.close(), redis?.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const isEmbeddedWanted = () => process.env.TIMEPOINT_STORES === 'embedded';

async function openPostgres(dataDir: string) {
  if (process.env.DATABASE_URL) return undefined;
  const binaries = isEmbeddedWanted() ? 'embedded' : undefined;
  return startPostgres({ dataDir, binaries, settings: TEST_SETTINGS });
}

async function openRedis(dir: string) {
  if (process.env.REDIS_URL || isEmbeddedWanted()) return undefined;
  return startRedis({ dir, persistence: 'none', databases: 64 });
}
