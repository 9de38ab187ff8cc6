import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { initialState } from './connection-state.ts';
import { type ReportWriter, startReportWriter } from './report-writer.ts';

let queues: Queues;
let writer: ReportWriter;

beforeEach(async () => {
  const redisUrl = hasTestRedis() ? testRedisUrl() : undefined;
  const settings = { redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() };
  queues = await openQueues(settings, createLogger({ name: 'test', level: 'silent' }));
});
afterEach(async () => {
  await writer.close();
  await queues.close();
});

it('Timepoint logs once that reports of a stream are not stored, and once that they are again', async () => {
  const lines: string[] = [];
  const logger = {
    warn: (_fields: object, message: string) => void lines.push(`warn: ${message}`),
    info: (_fields: object, message: string) => void lines.push(`info: ${message}`),
  };
  let written = 0;
  writer = startReportWriter(() => {
    written += 1;
    return initialState(60_000, Date.now()).report;
  }, logger as never);
  const write = async () => {
    const before = written;
    await until(() => {
      writer.write();
      return written >= before + 3;
    });
  };
  writer.use(await queues.streams.add('companies', {}, { jobId: 'companies' }));
  await write();
  expect(lines).toEqual([]);
  await queues.streams.remove('companies');
  await write();
  await until(() => lines.length > 0);
  await queues.streams.add('companies', {}, { jobId: 'companies' });
  await write();
  await until(() => lines.length > 1);
  expect(lines).toEqual([
    'warn: reports of the stream are not stored: status and dashboard show an older one, with its age',
    'info: reports of the stream are stored again',
  ]);
});
