import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@timepoint/testkit/until';
import { Client } from 'pg';
import { expectExactCopy } from './exactness.ts';
import { FIRST, type System, startSystem } from './system.ts';

let system: System;
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await system.close();
  for (const part of opened.splice(0).toReversed()) await part.close();
});

/** Holes for which the publisher was asked again: gaps between batches that overtake each other are noted, too. */
const ASKED_FOR = 'select cause, state from ingest.holes where attempts > 0';

const databaseOf = (name: string): string => {
  const url = new URL(system.env.DATABASE_URL ?? '');
  url.pathname = name;
  return url.href;
};
const connect = async (url: string): Promise<Client> => {
  const sql = new Client({ connectionString: url });
  await sql.connect();
  return sql;
};
const onServer = async (statement: string): Promise<void> => {
  const sql = await connect(databaseOf('postgres'));
  await sql.query(statement).finally(() => sql.end());
};
const watermarkOf = async (sql: Client): Promise<number> => {
  const { rows } = await sql.query(
    'select ingest.watermark(origin, covered)::int as value from ingest.coverage',
  );
  return rows[0]?.value ?? 0;
};
const reaches = (sql: Client, timepoint: number) => until(async () => (await watermarkOf(sql)) >= timepoint);

describe('Timepoint, on a database that was restored from a backup,', () => {
  const restoreOlder = async () => {
    system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '1000' } });
    await system.registerFromFirst();
    const ingestor = await system.start('ingestor');
    const first = await system.start('worker');
    await until(async () => (await system.watermark()) >= FIRST + 999);
    await first.terminate();
    await system.sql.end();
    const name = new URL(system.env.DATABASE_URL ?? '').pathname.slice(1);
    await onServer(`create database ${name}_backup template ${name}`);
    opened.push({ close: () => onServer(`drop database ${name}_backup with (force)`) });

    const second = await system.start('worker');
    await system.simulate('emit', { count: 700 });
    const original = await connect(databaseOf(name));
    await reaches(original, FIRST + 1_699);
    await second.terminate();
    await original.end();

    const sql = await connect(databaseOf(`${name}_backup`));
    opened.push({ close: () => sql.end() });
    const restored: System = { ...system, sql, watermark: () => watermarkOf(sql) };
    const start = () =>
      system.start('worker', { DATABASE_URL: databaseOf(`${name}_backup`), HOLE_GRACE_SECONDS: '1' });
    return { restored, ingestor, start };
  };

  it('reads again by itself what came after the backup, though the queue knows a later position', async () => {
    const { restored, start } = await restoreOlder();
    await start();
    expect(await restored.watermark()).toBe(FIRST + 999);
    // That something is missing shows with the next event.
    await system.simulate('emit', { count: 10 });
    await expectExactCopy(restored);
    const { rows } = await restored.sql.query(ASKED_FOR);
    expect(rows).toContainEqual({ cause: 'downstream', state: 'repaired' });
  }, 180_000);

  it('reads on from the backup at once when the queue was emptied', async () => {
    const { restored, ingestor, start } = await restoreOlder();
    await ingestor.terminate();
    const queues = await system.openQueues();
    for (const queue of queues.all) await queue.obliterate({ force: true });
    await queues.close();
    await Promise.all([start(), system.start('ingestor')]);
    await expectExactCopy(restored);
    expect((await restored.sql.query(ASKED_FOR)).rows).toEqual([]);
  }, 180_000);
});
