import { afterEach, describe, expect, it } from '@jest/globals';
import { startCollector, type TestCollector } from '@timepoint/testkit/trace-collector';
import { until } from '@timepoint/testkit/until';
import type { ServiceProcess } from './service-process.ts';
import { FIRST, type System, startSystem } from './system.ts';

let system: System;
let collector: TestCollector;
afterEach(async () => {
  await system.close();
  await collector.close();
});

interface Line {
  readonly name: string;
  readonly msg: string;
  readonly stream?: string;
  readonly connection?: string;
  readonly job?: string;
  readonly upTo?: number;
  readonly applied?: number;
  readonly stale?: number;
  readonly events?: number;
  readonly watermark?: number;
}

const linesOf = (service: ServiceProcess): Line[] =>
  service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
const saying = (lines: readonly Line[], msg: string) => lines.filter((line) => line.msg === msg);
const sumOf = (values: readonly (number | undefined)[]) =>
  values.reduce<number>((sum, value = 0) => sum + value, 0);

async function runWith(env: Record<string, string>) {
  collector = await startCollector();
  system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '30' } });
  await system.registerFromFirst();
  const traced = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
  const [worker, ingestor] = await Promise.all([
    system.start('worker', traced),
    system.start('ingestor', traced),
  ]);
  await until(async () => (await system.watermark()) >= FIRST + 29);
  await ingestor.terminate();
  await worker.terminate();
  return { ingestor: linesOf(ingestor), worker: linesOf(worker) };
}

describe('Timepoint, watched,', () => {
  it('names the connection that brought a batch in every line about it, from its publication to its commit', async () => {
    const { ingestor, worker } = await runWith({ LOG_LEVEL: 'debug' });
    const [ended] = saying(ingestor, 'connection ended');
    expect(ended?.connection).toMatch(/^[0-9a-f]{8}$/);
    const published = saying(ingestor, 'batch published');
    const committed = saying(worker, 'batch committed');
    expect(sumOf(published.map(({ events }) => events))).toBe(30);
    expect(sumOf(committed.flatMap(({ applied, stale }) => [applied, stale]))).toBe(30);
    expect(Math.max(...committed.map(({ watermark = 0 }) => watermark))).toBe(FIRST + 29);
    const trail = ({ stream, connection, job, upTo }: Line) => ({ stream, connection, job, upTo });
    const byPlace = (one: Line, other: Line) => (one.upTo ?? 0) - (other.upTo ?? 0);
    expect(committed.toSorted(byPlace).map(trail)).toEqual(published.toSorted(byPlace).map(trail));
    expect(new Set(published.map(({ connection }) => connection))).toEqual(new Set([ended?.connection]));
  }, 60_000);

  it('sends traces that reach from the publication of a batch in one process to its commit in the other', async () => {
    await runWith({});
    const named = (name: string) => collector.spans.filter((span) => span.name === name);
    const applied = named('apply');
    const outcomes = applied.flatMap(({ attributes }) => [
      Number(attributes['timepoint.applied']),
      Number(attributes['timepoint.stale']),
    ]);
    expect(sumOf(outcomes)).toBe(30);
    for (const span of applied) {
      const publish = named('publish').find(({ traceId }) => traceId === span.traceId);
      expect([publish?.service, span.service]).toEqual(['timepoint-ingestor', 'timepoint-worker']);
      expect(span.attributes['timepoint.upTo']).toBe(publish?.attributes['timepoint.upTo']);
      expect(span.attributes['timepoint.connection']).toBe(publish?.attributes['timepoint.connection']);
    }
  }, 60_000);
});
