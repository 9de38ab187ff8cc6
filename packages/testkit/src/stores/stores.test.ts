import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTempFolder } from '../temp-folder.ts';
import { openStores, type Stores } from './stores.ts';

let root: string;
let opened: Stores | undefined;

beforeEach(() => {
  root = createTempFolder();
});

afterEach(async () => {
  await opened?.close();
  opened = undefined;
  rmSync(root, { recursive: true, force: true });
});

async function open(env: Record<string, string>): Promise<Stores> {
  opened = await openStores({ root, env, log: () => undefined });
  return opened;
}

async function select(url: string, statement: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: 'array' })).rows[0]?.[0];
  } finally {
    await client.end();
  }
}

describe('stores', () => {
  it('are those that the environment names, and none is started', async () => {
    const env = { DATABASE_URL: 'postgres://db.example/timepoint', REDIS_URL: 'redis://redis.example' };
    const stores = await open(env);
    expect(stores.databaseUrl).toBe(env.DATABASE_URL);
    expect(stores.redisUrl).toBe(env.REDIS_URL);
    expect(stores.daemons).toEqual([]);
  });

  it('have no Redis where none is on the PATH', async () => {
    const stores = await open({ DATABASE_URL: 'postgres://db.example/timepoint', PATH: root });
    expect(stores.redisUrl).toBeUndefined();
    expect(stores.description).toContain('queues in Postgres');
  });

  it('have no Redis that is too old for BullMQ', async () => {
    const bin = join(root, 'bin');
    mkdirSync(bin);
    const program = '#!/bin/sh\necho "Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc bits=64"\n';
    writeFileSync(join(bin, 'redis-server'), program, { mode: 0o755 });
    const stores = await open({ DATABASE_URL: 'postgres://db.example/timepoint', PATH: bin });
    expect(stores.redisUrl).toBeUndefined();
  });

  it('without anything installed are the Postgres from npm, which keeps its data', async () => {
    const first = await open({ PATH: '', TIMEPOINT_STORES: 'embedded' });
    expect(first.redisUrl).toBeUndefined();
    expect(first.description).toContain('from npm');
    await select(first.databaseUrl, 'create table kept as select 42 as answer');
    await first.close();
    const second = await open({ PATH: '', TIMEPOINT_STORES: 'embedded' });
    expect(await select(second.databaseUrl, 'select answer from kept')).toBe(42);
  });
});
