import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateUp } from '@timepoint/database/migration/migrate';
import { openDatabase } from '@timepoint/database/read-only-pool';
import { hasOpenssl, startTlsPostgres, type TlsPostgres } from '@timepoint/testkit/tls-postgres';
import { until } from '@timepoint/testkit/until';
import { startDashboard } from './start-dashboard.ts';

/** What the build puts beside the bundle. */
const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const hasTls = await hasOpenssl();
const describeWithTls = hasTls ? describe : describe.skip;

let postgres: TlsPostgres;
let trusted: string;
beforeAll(async () => {
  if (!hasTls) return;
  postgres = await startTlsPostgres();
  trusted = postgres.urlOf({ sslmode: 'verify-full', sslrootcert: postgres.authority });
  const isThere = () => isEncrypted(trusted).catch(() => false);
  await until(isThere);
});
afterAll(() => postgres?.close());

async function isEncrypted(url: string): Promise<boolean | undefined> {
  const database = openDatabase(url);
  const statement = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';
  return database
    .query<{ ssl: boolean }>(statement)
    .then(({ rows }) => rows[0]?.ssl)
    .finally(() => database.close());
}

describeWithTls('Timepoint, showing a Postgres with TLS,', () => {
  it('verifies the server as the URL says', async () => {
    expect(await isEncrypted(trusted)).toBe(true);
    const strange = postgres.urlOf({ sslmode: 'verify-full', sslrootcert: postgres.stranger });
    await expect(isEncrypted(strange)).rejects.toThrow('certificate');
    expect(await isEncrypted(postgres.urlOf({ sslmode: 'disable' }))).toBe(false);
  });

  it('is ready with its queues there too', async () => {
    await migrateUp(trusted);
    const service = await startDashboard({ DATABASE_URL: trusted, PORT: '0', LOG_LEVEL: 'silent' }, DIST);
    try {
      const health = await fetch(`http://127.0.0.1:${service.port}/health/ready`);
      expect([health.status, await health.json()]).toMatchObject([
        200,
        { checks: { database: { ok: true }, queue: { ok: true }, migrated: { ok: true } } },
      ]);
    } finally {
      await service.close();
    }
  });
});
