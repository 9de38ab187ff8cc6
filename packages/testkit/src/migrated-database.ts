import { migrateUp } from '@timepoint/database/migration/migrate';
import { type Database, openDatabase } from '@timepoint/database/pool';
import { createMigratedDatabase } from './private-database.ts';

/** For tests: a migrated database of its own, which is gone when it is closed. */
export interface MigratedDatabase extends Database {
  readonly url: string;
}

/** Creates one on the Postgres of the test run. */
export async function openMigratedDatabase(maxConnections = 4): Promise<MigratedDatabase> {
  const test = await createMigratedDatabase(migrateUp);
  const database = openDatabase(test.url, maxConnections);
  return {
    ...database,
    url: test.url,
    close: async () => {
      await database.close();
      await test.drop();
    },
  };
}
