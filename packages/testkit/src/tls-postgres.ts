// For tests: a Postgres with TLS. A private authority signed its certificate.
import { execFile } from 'node:child_process';
import { chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { type Postgres, startPostgres, TEST_SETTINGS } from './stores/postgres.ts';
import { createTempFolder } from './temp-folder.ts';

const run = promisify(execFile);
/** The certificate is for this name, not for an address. */
const NAME = 'localhost';

export interface TlsPostgres extends Omit<Postgres, 'url'> {
  /** The URL with the name of the certificate as its host, and with parameters such as `{ sslmode: 'require' }`. */
  urlOf(parameters: Readonly<Record<string, string>>, host?: string): string;
  /** The certificate of the authority that signed, and that of another authority. */
  readonly authority: string;
  readonly stranger: string;
}

/** Whether certificates can be made on this machine. */
export function hasOpenssl(): Promise<boolean> {
  return run('openssl', ['version']).then(
    () => true,
    () => false,
  );
}

/** Starts a Postgres that accepts connections with and without TLS. */
export async function startTlsPostgres(): Promise<TlsPostgres> {
  const folder = createTempFolder();
  const authority = await createAuthority(folder, 'authority');
  const stranger = await createAuthority(folder, 'stranger');
  const { certificate, key } = await signFor(folder, NAME);
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings: TEST_SETTINGS });
  // Postgres refuses a key that other accounts can read.
  const { uid, gid } = statSync(postgres.dataDir);
  for (const file of [certificate, key]) chownSync(file, uid, gid);
  await turnTlsOn(postgres.url, certificate, key);
  return {
    ...postgres,
    authority,
    stranger,
    urlOf: (parameters, host = NAME) => {
      const url = Object.assign(new URL(postgres.url), { hostname: host });
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },
  };
}

async function createAuthority(folder: string, name: string): Promise<string> {
  const file = join(folder, `${name}.crt`);
  const subject = ['-subj', `/CN=timepoint test ${name}`, '-days', '2'];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject],
    ...['-keyout', join(folder, `${name}.key`), '-out', file],
  ]);
  return file;
}

async function signFor(folder: string, name: string): Promise<{ certificate: string; key: string }> {
  const [certificate, key, request, extensions] = [
    'server.crt',
    'server.key',
    'server.csr',
    'server.ext',
  ].map((file) => join(folder, file)) as [string, string, string, string];
  writeFileSync(extensions, `subjectAltName=DNS:${name}\n`);
  await run('openssl', [
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`],
    ...['-keyout', key, '-out', request],
  ]);
  await run('openssl', [
    ...['x509', '-req', '-in', request, '-days', '2', '-CAcreateserial', '-extfile', extensions],
    ...['-CA', join(folder, 'authority.crt'), '-CAkey', join(folder, 'authority.key'), '-out', certificate],
  ]);
  return { certificate, key };
}

async function turnTlsOn(url: string, certificate: string, key: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`alter system set ssl_cert_file = '${certificate}'`);
    await client.query(`alter system set ssl_key_file = '${key}'`);
    await client.query(`alter system set ssl = on`);
    await client.query('select pg_reload_conf()');
  } finally {
    await client.end();
  }
}
