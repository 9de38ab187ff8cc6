import { describe, expect, it } from '@jest/globals';
import { type StreamJob, streamJobSchema } from '@timepoint/shared/contract/job';
import { streamNamed } from '@timepoint/shared/contract/streams';
import { NO_FAILURES } from './failures.ts';
import { memoryIn, type Passed, withMemory, withoutMemory } from './kept-memory.ts';
import { freshMemory, type Memory } from './memory.ts';
import { Reasks } from './reasks.ts';

const HOUR_MS = 3_600_000;
const NOW = { wall: 1_800_000_000_000, steady: 500_000 };
const data = { timepoint: 105, origin: 1 } as unknown as StreamJob;
const fresh = freshMemory(streamNamed('companies'));
const passed = (change: Partial<Memory> = {}, reasks = new Reasks()): Passed => ({
  memory: { ...fresh, ...change },
  reasks,
  isUnproductive: false,
});
/** As the next holder reads it from the queue, whose clocks are its own. */
const readBack = (job: StreamJob, now = { wall: NOW.wall + 10_000, steady: 7 }) =>
  memoryIn(streamJobSchema.parse(JSON.parse(JSON.stringify(job))), now);

describe('Timepoint, passing on what is known of a stream,', () => {
  it('leaves all of it to the next holder', () => {
    const memory: Memory = {
      failures: { ...NO_FAILURES, server: 3, throttled: 1 },
      refusals: 1,
      accepted: { after: 105, cause: 'jump', attempts: 3 },
      stuck: { tries: 2, isRecorded: true },
      candidate: 106 as Memory['candidate'],
      silenceLimitMs: Number.POSITIVE_INFINITY,
    };
    const job = withMemory(data, { ...passed(memory), isUnproductive: true }, NOW);
    expect(readBack(job)).toMatchObject({ memory, isUnproductive: true });
    expect(withoutMemory(job)).toEqual(data);
  });

  it('keeps count of the last hour across clocks that differ', () => {
    const reasks = new Reasks();
    reasks.add(105, NOW.steady - HOUR_MS + 20_000);
    reasks.add(105, NOW.steady - 1_000);
    const job = withMemory(data, passed({}, reasks), NOW);
    const later = (sinceMs: number) =>
      readBack(job, { wall: NOW.wall + sinceMs, steady: 7 })?.reasks.inLastHour(7);
    expect([later(10_000), later(30_000), later(2 * HOUR_MS)]).toEqual([2, 1, 0]);
    expect(later(-5 * HOUR_MS)).toBe(2);
  });

  it.each([
    ['nothing', undefined],
    ['what an earlier or later version left', { failures: 'many' }],
    ['rubbish', 'x'],
  ])('begins anew with %s, and keeps the position', (_title, memory) => {
    const job = { ...data, ...(memory !== undefined && { memory }) };
    expect(readBack(job)).toBeNull();
    expect(streamJobSchema.parse(job).timepoint).toBe(105);
  });

  it('knows rows of failures that an earlier version did not count as none', () => {
    const job = withMemory(data, passed({ failures: { ...NO_FAILURES, hole: 2 } }), NOW);
    const kept = job.memory as { failures: Record<string, number> };
    const older = { ...job, memory: { ...kept, failures: { hole: 2 } } };
    expect(readBack(older)?.memory.failures).toEqual({ ...NO_FAILURES, hole: 2 });
  });
});
