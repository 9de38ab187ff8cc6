import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCommand } from '@timepoint/cli/test-command-line';
import { openDatabase } from '@timepoint/database/pool';
import { hasOpenssl, startTlsPostgres, type TlsPostgres } from '@timepoint/testkit/tls-postgres';
import { until } from '@timepoint/testkit/until';
import { startWorker } from './start-worker.ts';

const hasTls = await hasOpenssl();
const describeWithTls = hasTls ? describe : describe.skip;

let postgres: TlsPostgres;
beforeAll(async () => {
  if (!hasTls) return;
  postgres = await startTlsPostgres();
  await until(
    async () => (await isEncrypted(postgres.urlOf({ sslmode: 'no-verify' })).catch(() => false)) === true,
  );
});
afterAll(() => postgres?.close());

async function isEncrypted(url: string): Promise<boolean | undefined> {
  const database = openDatabase(url, 1);
  try {
    const { rows } = await database.query<{ ssl: boolean }>(
      'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
    );
    return rows[0]?.ssl;
  } finally {
    await database.close();
  }
}

type Trust = 'no authority' | 'its authority' | 'another authority';
const urlOf = (sslmode: string, trust: Trust, isLibpq: boolean, host?: string) =>
  postgres.urlOf(
    {
      sslmode,
      ...(trust === 'no authority'
        ? {}
        : { sslrootcert: trust === 'its authority' ? postgres.authority : postgres.stranger }),
      ...(isLibpq ? { uselibpqcompat: 'true' } : {}),
    },
    host,
  );

const VERIFIED = ['allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

describeWithTls('Timepoint, on a Postgres with TLS,', () => {
  it.each([
    ['disable', 'no authority', false, undefined, false],
    ['no-verify', 'no authority', false, undefined, true],
    ['no-verify', 'another authority', false, undefined, true],
    ...VERIFIED.map((mode) => [mode, 'its authority', false, undefined, true] as const),
    ['disable', 'no authority', true, undefined, false],
    ['prefer', 'no authority', true, undefined, true],
    ['require', 'no authority', true, undefined, true],
    ['require', 'its authority', true, '127.0.0.1', true],
    ['verify-ca', 'its authority', true, '127.0.0.1', true],
    ['verify-full', 'its authority', true, undefined, true],
  ] as const)('connects with sslmode=%s and %s (libpq: %s, host %s), encrypted: %s', async (...given) => {
    const [mode, trust, isLibpq, host, encrypted] = given;
    const url = urlOf(mode, trust, isLibpq, host);
    expect(await isEncrypted(url)).toBe(encrypted);
    // Migrations read the same URL with other code.
    await expect(startCommand('migrate up', url).ended).resolves.toBeDefined();
    await expect(startCommand('migrate status', url).ended).resolves.toMatchObject({ exitCode: undefined });
  });

  it.each([
    ...VERIFIED.map((mode) => [mode, 'no authority', false, undefined] as const),
    ...VERIFIED.map((mode) => [mode, 'another authority', false, undefined] as const),
    ...VERIFIED.map((mode) => [mode, 'its authority', false, '127.0.0.1'] as const),
    ['require', 'another authority', true, undefined],
    ['verify-ca', 'another authority', true, undefined],
    ['verify-ca', 'no authority', true, undefined],
    ['verify-full', 'its authority', true, '127.0.0.1'],
  ] as const)('refuses a server with sslmode=%s and %s (libpq: %s, host %s)', async (...given) => {
    const [mode, trust, isLibpq, host] = given;
    const url = urlOf(mode, trust, isLibpq, host);
    await expect(startCommand('migrate up', url).ended).rejects.toThrow(
      /^Postgres at .* can't be reached: .*\. Check sslmode and sslrootcert in DATABASE_URL\.$/s,
    );
  });

  it('names a certificate file that is not there', async () => {
    const url = postgres.urlOf({ sslmode: 'verify-full', sslrootcert: '/nowhere/root.crt' });
    await expect(startCommand('migrate up', url).ended).rejects.toThrow(
      /can't be reached: .*nowhere\/root\.crt.*Check sslmode and sslrootcert/,
    );
  });

  it('works on such a Postgres with its queues there too, and is ready', async () => {
    const url = urlOf('verify-full', 'its authority', false);
    await startCommand('migrate up', url).ended;
    const service = await startWorker({ DATABASE_URL: url, PORT: '0', LOG_LEVEL: 'silent' });
    try {
      const health = await fetch(`http://127.0.0.1:${service.port}/health/ready`);
      expect(await health.json()).toMatchObject({ checks: { database: { ok: true }, queue: { ok: true } } });
    } finally {
      await service.close();
    }
  });
});
