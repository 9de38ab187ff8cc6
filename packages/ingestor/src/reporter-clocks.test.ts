import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Job } from '@timepoint/shared/queues/queues';
import { findStuck } from './health/find-stuck.ts';
import { type Reporter, startReporter } from './reporter.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-07-01T12:00:00Z');
const limits = { idleTimeoutMs: 90_000, graceMs: 30_000 };

describe.each([
  ['forth', HOUR],
  ['back', -HOUR],
])('Timepoint, reporting a connection while the clock jumps an hour %s,', (_title, jumpMs) => {
  let wall = START;
  let steady = 500;
  let reporter: Reporter;
  beforeEach(() => {
    [wall, steady] = [START, 500];
    reporter = startReporter(60_000, { clocks: { wall: () => wall, steady: () => steady } });
  });
  afterEach(() => reporter.close());
  const pass = (ms: number) => {
    wall += ms;
    steady += ms;
  };
  const problem = () => findStuck(reporter.current, limits, wall);

  it('keeps every duration, also when it jumps back again', () => {
    reporter.connecting();
    reporter.open();
    reporter.sawBytes();
    reporter.sawEvent();
    pass(10_000);
    reporter.ended({ kind: 'clean' }, { kind: 'retry', delayMs: 20_000 });
    for (const jump of [jumpMs, -jumpMs]) {
      wall += jump;
      pass(1_000);
      const { downSince, nextTryAt, lastByteAt, since } = reporter.current;
      expect(nextTryAt).toBe((downSince ?? 0) + 20_000);
      expect(lastByteAt).toBe((downSince ?? 0) - 10_000);
      expect(since).toBe(downSince);
      expect([1_000, 2_000]).toContain(wall - (downSince ?? 0));
      expect(problem()).toBeNull();
    }
  });

  it('finds a stream that is open without a byte after the same time', () => {
    reporter.connecting();
    reporter.open();
    reporter.sawBytes();
    wall += jumpMs;
    pass(119_000);
    expect(problem()).toBeNull();
    pass(2_000);
    expect(problem()).toBe('is open without a byte for 121 s');
  });

  it('takes over how long the stream was down as the holder before measured it', () => {
    const before: ConnectionReport = {
      ...reporter.current,
      downSince: START + HOUR - 7_000,
      at: START + HOUR,
    };
    const written: unknown[] = [];
    const updateProgress = async (report: unknown) => void written.push(report);
    reporter.use({ data: {}, progress: before, updateProgress } as unknown as Job<StreamJob>);
    expect(wall - (reporter.current.downSince ?? 0)).toBe(7_000);
    wall += jumpMs;
    expect(wall - (reporter.current.downSince ?? 0)).toBe(7_000);
  });
});
