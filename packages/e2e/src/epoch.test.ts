import { afterEach, describe, expect, it } from '@jest/globals';
import { EPOCH_STEP } from '@timepoint/shared/contract/epoch';
import { until } from '@timepoint/testkit/until';
import { expectTrueCompanies } from './exactness.ts';
import { runTimepoint } from './service-process.ts';
import { FIRST, type System, startSystem } from './system.ts';

const BACKLOG = 300;
const LATE = 40;
const ANEW = 200;

let system: System;
afterEach(() => system.close());

const timepoint = (...words: string[]) => runTimepoint(words, system.env);
const begin = (...options: string[]) =>
  timepoint('epoch', 'begin', 'companies', '--because', 'it was rebuilt', ...options);
const select = async (text: string) => (await system.sql.query(text)).rows;

async function readPosition(): Promise<number> {
  const queues = await system.openQueues();
  const job = await queues.streams.getJob('companies');
  await queues.close();
  return Number(job?.data.timepoint);
}

/** An ingestor that has read all there is, and events in the queue that no worker has taken. */
async function startWithLateJobs(): Promise<void> {
  system = await startSystem({ simulator: { SIMULATOR_BACKLOG: String(BACKLOG) } });
  await system.registerFromFirst();
  const [worker] = await Promise.all([system.start('worker'), system.start('ingestor')]);
  await until(async () => (await system.watermark()) === FIRST + BACKLOG - 1);
  await worker.terminate();
  await system.simulate('emit', { count: LATE });
  await until(async () => (await readPosition()) === FIRST + BACKLOG + LATE - 1);
}

/** Emits events, a few at a time, until status says that the stream is counted anew. */
async function untilStatusSays(words: RegExp): Promise<string> {
  let output = '';
  await until(async () => {
    await system.simulate('emit', { count: 5 });
    output = (await timepoint('status')).output;
    return words.test(output);
  });
  return output;
}

describe('Timepoint, when the publisher counts a stream anew,', () => {
  it.each(['416', 'oldest'])(
    'stops and says so, and is exact again once a new epoch was begun (answered with %s)',
    async (beyond) => {
      await startWithLateJobs();
      expect(await begin()).toMatchObject({
        code: 1,
        output: expect.stringContaining('reports no restarted timepoints'),
      });

      await system.simulate('count-anew', { beyond });
      const status = await untilStatusSays(/companies counted anew/);
      expect(status).toContain('NOT LIVE, NOT EXACT');
      expect(status).toContain('timepoint epoch begin companies --because');
      expect(await readPosition()).toBe(FIRST + BACKLOG + LATE - 1);

      const begun = await begin();
      expect(begun).toMatchObject({
        code: 0,
        output: expect.stringContaining('Epoch 1 of companies begins'),
      });
      await until(async () => (await readPosition()) > EPOCH_STEP);
      await system.simulate('emit', { count: ANEW });
      const { newest } = await system.status();
      await until(async () => (await readPosition()) === EPOCH_STEP + newest.companies);
      // Only now are the events applied, those of the old count beside those of the new one.
      await system.start('worker');
      await until(async () => (await system.watermark()) === EPOCH_STEP + newest.companies);

      await expectTrueCompanies(system);
      expect(await select('select from ingest.events where timepoint < 22000000')).toEqual([]);
      const count = 'select count(*)::int from ingest.events where timepoint';
      expect(await select(`${count} < ${EPOCH_STEP}`)).toEqual([{ count: BACKLOG + LATE }]);
      expect(await select(`${count} > ${EPOCH_STEP}`)).toEqual([{ count: newest.companies }]);
      expect(await select(`select cause, state from ingest.holes where cause <> 'downstream'`)).toEqual([
        { cause: 'epoch', state: 'accepted' },
      ]);
      expect((await timepoint('verify')).output).toMatch(/^companies: exact .*[^)]$/m);
      await until(async () => /^LIVE and EXACT/m.test((await timepoint('status')).output));
      expect(await begin()).toMatchObject({ code: 1 });
      expect((await timepoint('epoch', 'list')).output).toMatch(/companies +1 .* it was rebuilt/);

      const again = await timepoint('rewind', 'companies', '3');
      expect(again).toMatchObject({
        code: 0,
        output: expect.stringContaining('1000000000003 (3 of epoch 1)'),
      });
      await until(async () => (await readPosition()) === EPOCH_STEP + newest.companies);
    },
    240_000,
  );
});
