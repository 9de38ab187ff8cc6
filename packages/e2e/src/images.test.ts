import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import getPort from 'get-port';
import { Client } from 'pg';
import { environmentOf, readCompose, readEnvFile } from './compose.ts';
import { readTargets } from './dockerfile.ts';
import { type ImageFolder, layOutImage } from './image-folder.ts';
import type { ServiceProcess } from './service-process.ts';

const ORDER = ['simulator', 'worker', 'ingestor', 'dashboard'];
const targets = readTargets();
// A service that is yet to come has nothing to start.
const services = ORDER.filter((name) => existsSync(new URL(`../../${name}/package.json`, import.meta.url)));

let database: TestDatabase;
let folders: Map<string, ImageFolder>;
let migration: { code: number | null; output: string };
const running: ServiceProcess[] = [];

const folderOf = (name: string) => {
  const folder = folders.get(name);
  if (folder === undefined) throw new Error(`no image ${name}`);
  return folder;
};

/** The environment of the demo, but for what is elsewhere here. */
async function environment(
  name: string,
  shared: Record<string, string> = {},
): Promise<Record<string, string>> {
  const service = readCompose().services[name] ?? {};
  const port = String(await getPort());
  return {
    ...environmentOf(service, readEnvFile('demo.env')),
    DATABASE_URL: database.url,
    REDIS_URL: hasTestRedis() ? testRedisUrl() : '',
    QUEUE_PREFIX: uniquePrefix(),
    PORT: port,
    SIMULATOR_PORT: port,
    SIMULATOR_STATE_FILE: join(folderOf(name).volume, 'simulator.json'),
    ...shared,
  };
}

/** Starts the image and waits until its health check passes. */
async function start(name: string, env: Record<string, string>): Promise<ServiceProcess> {
  const service = folderOf(name).start(env);
  running.push(service);
  const gone = service.ended.then((code) => {
    throw new Error(`${name} ended with code ${code} instead of getting healthy:\n${service.output()}`);
  });
  gone.catch(() => undefined);
  await until(async () => (await Promise.race([gone, folderOf(name).checkHealth(env)])) === 0);
  return service;
}

beforeAll(async () => {
  database = await createTestDatabase();
  folders = new Map(
    targets
      .filter(({ name }) => name === 'migrate' || services.includes(name))
      .map((image) => [image.name, layOutImage(image)]),
  );
  const migrate = folderOf('migrate').start(await environment('migrate'));
  migration = { code: await migrate.ended, output: migrate.output() };
});

afterAll(async () => {
  await Promise.all(running.map((service) => service.kill()));
  for (const folder of folders.values()) folder.remove();
  await database.drop();
});

describe('Timepoint, from images that hold only what they copy,', () => {
  it('brings the schema up to date and ends', async () => {
    expect(migration).toMatchObject({ code: 0, output: expect.stringMatching(/^applied {2}0001_/) });
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('select count(*)::int as streams from ingest.status');
    await client.end();
    expect(rows).toEqual([{ streams: expect.any(Number) }]);
  });

  it.each(services)(
    'starts %s as an account without rights, healthy until SIGTERM ends it in good order',
    async (name) => {
      const env = await environment(name);
      expect(await folderOf(name).checkHealth(env)).toBe(1);
      const service = await start(name, env);
      expect(service.output()).not.toMatch(/Warning|EACCES|EROFS/);
      expect(await folderOf(name).checkHealth(env)).toBe(0);
      expect(await service.terminate()).toMatchObject({ code: 0 });
      expect(await folderOf(name).checkHealth(env)).toBe(1);
    },
  );

  it('brings what the simulator publishes into Postgres, and proves it by the command line of the worker', async () => {
    const shared = { QUEUE_PREFIX: uniquePrefix() };
    const simulator = await environment('simulator', shared);
    await start('simulator', simulator);
    const CH_STREAM_URL = `http://127.0.0.1:${simulator.SIMULATOR_PORT}`;
    const worker = await environment('worker', shared);
    await start('worker', worker);
    await start('ingestor', await environment('ingestor', { ...shared, CH_STREAM_URL }));
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await until(async () => (await client.query('select 1 from register.companies limit 1')).rowCount === 1);
    await client.end();
    const verify = folderOf('worker').exec(worker, ['timepoint', 'verify']);
    expect({ code: await verify.ended, output: verify.output() }).toMatchObject({ code: 0 });
  });
});
