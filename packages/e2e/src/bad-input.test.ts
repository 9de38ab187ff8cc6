import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '@timepoint/testkit/private-database';
import { until } from '@timepoint/testkit/until';
import { type Program, startProcess } from './service-process.ts';
import { type System, startSystem } from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

async function failure(program: Exclude<Program, 'simulator'>, env: Record<string, string>) {
  const service = startProcess(program, env);
  return { code: await service.ended, output: service.output() };
}

describe('Timepoint, given what it can not work with,', () => {
  it('lists every missing or wrong setting at once and ends with code 2', async () => {
    const { code, output } = await failure('ingestor', {
      PORT: 'x',
      CH_STREAMS: 'companeis',
      REDIS_URL: 'nowhere',
    });
    expect(code).toBe(2);
    expect(output).toMatch(/4 problem\(s\)/);
    expect(output).toContain('CH_STREAM_KEY: is not set: create a key of type "stream"');
    expect(output).toContain('CH_STREAMS: "companeis" is not a stream; use one or more of: companies');
    expect(output).toContain('REDIS_URL: must be a URL such as');
    expect(output).toContain('PORT: must be');
  });

  it('stops for a refused key, says that stream and REST keys differ, and never prints the key', async () => {
    await system.registerFromFirst();
    const { code, output } = await failure('ingestor', {
      ...system.env,
      CH_STREAM_KEY: 'my-secret-rest-key',
    });
    expect(code).toBe(1);
    expect(output).toMatch(
      /Streams need a key of type "stream", which is another credential than a REST key/,
    );
    expect(output).not.toContain('my-secret-rest-key');
  });

  it('names the command for a database that is not migrated', async () => {
    const empty = await createTestDatabase();
    const { code, output } = await failure('worker', { ...system.env, DATABASE_URL: empty.url });
    expect(code).toBe(1);
    expect(output).toContain('Run: timepoint migrate up');
    await empty.drop();
  });

  it('names the server that can not be reached', async () => {
    const { code, output } = await failure('worker', {
      ...system.env,
      DATABASE_URL: 'postgres://me:pw@127.0.0.1:9/x',
    });
    expect(code).toBe(1);
    expect(output).toMatch(/Postgres at 127\.0\.0\.1:9\/x can't be reached.*Check DATABASE_URL/);
    const queue = await failure('ingestor', { ...system.env, REDIS_URL: 'redis://:pw@127.0.0.1:9' });
    expect(queue.code).toBe(1);
    expect(queue.output).toMatch(/Redis at 127\.0\.0\.1:9 can't be reached for the queues.*Check REDIS_URL/);
  });

  it.each(['worker', 'ingestor', 'dashboard'] as const)(
    'names the port and the setting when the port of the %s is in use',
    async (program) => {
      const server = createServer().listen(0);
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const { code, output } = await failure(program, { ...system.env, PORT: String(port) });
      expect(code).toBe(1);
      expect(output).toContain(`Port ${port} is in use. Set PORT to a free one`);
      server.close();
    },
  );

  it('keeps the events that came while it was misconfigured', async () => {
    await system.simulate('emit', { count: 10 });
    await Promise.all([system.start('worker'), system.start('ingestor')]);
    await until(async () => (await system.watermark()) === (await system.status()).newest.companies);
  });
});
