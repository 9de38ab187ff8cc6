import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventsJob, StreamJob } from '@timepoint/shared/contract/job';
import { streamNamed } from '@timepoint/shared/contract/streams';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { connectionsTo } from './connect.ts';
import type { Release } from './hold-options.ts';
import { holdStream } from './hold-stream.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { startReporter } from './reporter.ts';
import { runConnection } from './run-connection.ts';
import type { Stuck } from './stuck.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const FIRST = 1_001;
const PAGE = '<!DOCTYPE html>\n<html>\n\n<h1>Sorry</h1>\n\n</html>\n';
const line = (timepoint: number) =>
  `${JSON.stringify({ resource_uri: '/company/09876543', data: {}, event: { timepoint, type: 'changed' } })}\n`;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const lines = (from: number, to: number) => range(from, to).map(line).join('');

let queues: Queues;
let server: Server;
let url: string;
let metrics: Metrics;
let abort: AbortController;
let holding: Promise<Release> | null;
/** The timepoints that were asked for, one for each connection. */
let asked: (string | null)[];
let answer: (response: ServerResponse, connection: number, timepoint: string | null) => void;

beforeEach(async () => {
  const redisUrl = hasTestRedis() ? testRedisUrl() : undefined;
  queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
  asked = [];
  server = createServer((request, response) => {
    const timepoint = new URL(request.url ?? '', 'http://localhost').searchParams.get('timepoint');
    asked.push(timepoint);
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    answer(response, asked.length, timepoint);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  metrics = createMetrics();
  abort = new AbortController();
  holding = null;
});
afterEach(async () => {
  abort.abort({ kind: 'released' });
  await holding;
  server.closeAllConnections();
  server.close();
  await queues.close();
});

const options = () => ({
  isHeld: async () => true,
  queues,
  openConnection: connectionsTo({ url, key: 'a-key', idleTimeoutMs: 20_000 }),
  highWaterJobs: 1_000,
  highWaterBytes: 512 * 1024 * 1024,
  lowWaterJobs: 500,
  turnMs: 60_000,
  metrics,
  logger,
});
const register = (timepoint?: number) => {
  const data = timepoint === undefined ? {} : { timepoint, origin: FIRST - 1 };
  return queues.streams.add('companies', data as StreamJob, { jobId: 'companies' });
};
async function hold(timepoint?: number) {
  await register(timepoint);
  holding = holdStream('companies', options(), abort.signal);
}
/** One connection of a stream that stands at FIRST. */
async function run(stuck: Stuck | null = null) {
  const streamJob = await register(FIRST);
  const reporter = startReporter(60_000);
  const stream = { ...streamNamed('companies'), name: 'companies' as const };
  const more = { accepted: null, candidate: null, connection: 'c', silenceLimitMs: 60_000 };
  const connection = { ...options(), ...more, stream, streamJob, reporter, stuck };
  const result = await runConnection(connection, abort.signal);
  const { downSince } = reporter.current;
  await reporter.close();
  return { ...result, downSince };
}
const stored = async () => (await queues.streams.getJob('companies'))?.data.timepoint;
const jobs = async (): Promise<EventsJob[]> => {
  const waiting = await queues.events.getJobs(['waiting'], 0, -1, true);
  return waiting.map((job) => job.data);
};
const report = async () => (await queues.streams.getJob('companies'))?.progress as Record<string, unknown>;

describe('Timepoint, answered by something else than a stream,', () => {
  it.each([
    ['with the type of a page', 'text/html; charset=utf-8', PAGE],
    ['with the type of a stream', 'text/plain; charset=utf-8', PAGE],
    ['behind a blank line', 'text/plain', `\n${PAGE}`],
    ['after the first event', 'text/plain', `${line(FIRST)}\n${PAGE}`],
    ['that never ends, of many lines', 'text/plain', `${line(FIRST)}${'no upstream\n\n'.repeat(101)}`],
  ])('sees a page %s, and the position stays', async (_title, type, body) => {
    answer = (response) => response.writeHead(200, { 'content-type': type }).write(body);
    const { ending, events, downSince } = await run();
    expect(ending).toMatchObject({ kind: 'not-a-stream' });
    expect([events, await stored()]).toEqual([0, FIRST]);
    if (!body.startsWith('{')) expect(downSince).not.toBeNull();
  });

  it.each([
    'application/json',
    'application/x-ndjson',
    'application/octet-stream',
    'text/plain; charset=utf-8',
    '',
  ])('reads a stream of the type "%s"', async (type) => {
    answer = (response) =>
      (type === '' ? response : response.writeHead(200, { 'content-type': type })).end(
        lines(FIRST, FIRST + 3),
      );
    expect(await run()).toMatchObject({ ending: { kind: 'clean' }, events: 3 });
  });

  it('reports what it saw, and waits as after an answer of 503', async () => {
    answer = (response) => response.end(PAGE.replace('<h1>', '\u001b[31m\u202e'));
    await hold(FIRST);
    await until(async () => (await report())?.ending === 'not-a-stream');
    const { state, detail, nextTryAt, at, downSince } = await report();
    expect(state).toBe('waiting');
    expect(detail).toBe('<!DOCTYPE html>');
    expect(Number(nextTryAt) - Number(at)).toBeGreaterThan(8_000);
    expect(downSince).not.toBeNull();
    expect((await metrics.connectionEndings.get()).values).toMatchObject([
      { labels: { ending: 'not-a-stream' }, value: 1 },
    ]);
  });

  it('records a page once, at the third try, by a job that covers nothing', async () => {
    answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    expect(await run({ tries: 1, isRecorded: false })).toMatchObject({ hasRecorded: false });
    expect(await jobs()).toEqual([]);
    expect(await run({ tries: 2, isRecorded: false })).toMatchObject({ hasRecorded: true });
    expect(await jobs()).toMatchObject([{ after: FIRST, upTo: FIRST, lines: [PAGE] }]);
    expect(await run({ tries: 3, isRecorded: true })).toMatchObject({ hasRecorded: false });
    expect(await stored()).toBe(FIRST);
  });
});

describe('Timepoint, meeting a line that comes again at every connection,', () => {
  const error = '{"error":"stream unavailable"}\n';

  it.each([
    ['an error line', error, 'error-line', 1],
    ['garbage before the server closes', '{"resource_uri":\n', 'clean', 1],
  ])('reads past %s at the third', async (_title, strange, ending, letters) => {
    answer = (response, connection, timepoint) => {
      const from = Number(timepoint);
      // The server closes after the line, unless the reader has read past it.
      response.write(`${lines(from, FIRST + 2)}${strange}`);
      if (connection < 3) response.end();
      else response.write(lines(FIRST + 3, FIRST + 5));
    };
    await hold(FIRST);
    await until(async () => (await stored()) === FIRST + 5);
    expect(asked.slice(1)).toEqual([`${FIRST + 2}`, `${FIRST + 2}`]);
    const published = await jobs();
    expect(published.flatMap((job) => job.lines).filter((text) => text === strange.trim())).toHaveLength(
      letters,
    );
    expect(published.flatMap((job) => job.holes)).toEqual([]);
    const endings = (await metrics.connectionEndings.get()).values;
    expect(endings).toMatchObject([{ labels: { ending }, value: 2 }]);
  });

  it('records one behind which nothing comes once, however often it comes', async () => {
    answer = (response) => response.end(`${line(FIRST)}{"resource_uri":\n`);
    await hold(FIRST);
    await until(() => asked.length > 4);
    const recorded = (await jobs()).filter(({ after, upTo }) => after === upTo);
    expect(recorded).toMatchObject([{ after: FIRST, upTo: FIRST, lines: ['{"resource_uri":'] }]);
    expect(await stored()).toBe(FIRST);
  });

  it('never drops an error line and goes on before', async () => {
    answer = (response) => response.write(`${line(FIRST)}${error}${lines(FIRST + 1, FIRST + 9)}`);
    expect(await run({ tries: 1, isRecorded: false })).toMatchObject({
      ending: { kind: 'error-line' },
      events: 0,
    });
  });
});

describe('Timepoint, beginning a history far up,', () => {
  const FAR = 230_000_000;

  it('asks the publisher for a first event that nothing confirms, and begins when it comes again', async () => {
    answer = (response) => response.write(line(FAR));
    await hold();
    await until(async () => (await stored()) === FAR);
    expect(asked).toEqual([null, `${FAR}`]);
    expect(await jobs()).toMatchObject([{ origin: FAR - 1, after: FAR - 1, upTo: FAR }]);
  });

  it('goes on live when the publisher refuses it', async () => {
    answer = (response, _connection, timepoint) => {
      if (timepoint !== null) response.writeHead(416).end();
      else response.write(asked.length === 1 ? line(10 * FAR) : lines(FAR, FAR + 3));
    };
    await hold();
    await until(async () => (await stored()) === FAR + 3);
    expect(asked).toEqual([null, `${10 * FAR}`, null]);
    expect((await queues.streams.getJob('companies'))?.data.origin).toBe(FAR - 1);
  });
});
