import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTempFolder } from '../temp-folder.ts';
import { AlreadyRunningError } from './claim.ts';
import { type Postgres, startPostgres, TEST_SETTINGS } from './postgres.ts';

let folder: string;
let opened: Postgres[];

beforeEach(() => {
  folder = createTempFolder();
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((postgres) => postgres.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: { port?: number } = {}): Promise<Postgres> {
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    settings: TEST_SETTINGS,
    ...options,
  });
  opened.push(postgres);
  return postgres;
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('a private Postgres', () => {
  it('has what was committed before a kill -9, on the same port', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.kill();
    const second = await start({ port: first.port });
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select * from kept')).toEqual([{ answer: 42 }]);
  });

  it('sorts by code point and knows UTF-8, whatever the locale of the machine', async () => {
    const { url } = await start();
    const [row] = await query(
      url,
      `select array_agg(t order by t) as sorted, current_setting('server_encoding') as encoding
                                    from unnest(array['b', 'B', 'é', 'a']) as t`,
    );
    expect(row).toEqual({ sorted: ['B', 'a', 'b', 'é'], encoding: 'UTF8' });
  });

  it('is not started twice on the same data', async () => {
    await start();
    await expect(start()).rejects.toThrow(AlreadyRunningError);
  });

  it('starts although an unrelated process has the id in its lock, as after a reboot', async () => {
    const first = await start();
    await first.close();
    const lock = [process.pid, first.dataDir, 0, first.port, '', '127.0.0.1', '', 'ready'].join('\n');
    writeFileSync(join(first.dataDir, 'postmaster.pid'), lock);
    const second = await start();
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});
