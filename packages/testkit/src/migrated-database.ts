import { migrateUp } from '@timepoint/database/migration/migrate';
import { type Database, openDatabase } from '@timepoint/database/pool';
import { createMigratedDatabase } from './private-database.ts';

/** For tests: an own migrated database, which closing removes. */
export interface MigratedDatabase extends Database {
  readonly url: string;
}

/** Creates a migrated database on the Postgres of the test run. */
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
