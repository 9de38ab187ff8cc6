import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

/**
 * Makes sure that the simulated register and the real one never meet in a given database: one that holds a register must
 * be the one that the simulator of this folder filled. The schema must be there.
 * @throws an Error that names the remedies.
 */
export async function keepApart(databaseUrl: string, folder: string): Promise<void> {
  const { host, pathname } = new URL(databaseUrl);
  const name = `${host}${pathname}`;
  const file = join(folder, 'simulated-database');
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  if (known !== name && (await isFilled(databaseUrl))) {
    throw new Error(
      `The database ${name} of DATABASE_URL holds a register already, and without CH_STREAM_KEY the simulated one would be ` +
        'written into it. Set CH_STREAM_KEY to go on with the real register; for the simulated one name an empty database, or ' +
        'unset DATABASE_URL.',
    );
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${name}\n`);
}

async function isFilled(databaseUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      'select exists (select from ingest.coverage) or exists (select from ingest.snapshots) as is_filled',
    );
    return rows[0].is_filled;
  } finally {
    await client.end();
  }
}
