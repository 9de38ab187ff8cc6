import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';

const UP = '.up.sql';

/** Gives Knex the SQL pairs of a folder, `NNNN_name.up.sql` and `.down.sql`, in the order of their names. */
export class SqlMigrations implements Knex.MigrationSource<string> {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async getMigrations(): Promise<string[]> {
    const files = await readdir(this.#folder);
    return files.flatMap((file) => (file.endsWith(UP) ? [file.slice(0, -UP.length)] : [])).toSorted();
  }

  getMigrationName(migration: string): string {
    return migration;
  }

  async getMigration(migration: string): Promise<Knex.Migration> {
    const read = (direction: 'up' | 'down') =>
      readFile(join(this.#folder, `${migration}.${direction}.sql`), 'utf8');
    const [up, down] = await Promise.all([read('up'), read('down')]);
    return {
      // A question mark in SQL is an operator here, never a placeholder.
      up: (connection) => connection.raw(up.replaceAll('?', '\\?')),
      down: (connection) => connection.raw(down.replaceAll('?', '\\?')),
    };
  }
}
