import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@timepoint/shared/platform/logger';
import { createMetrics } from '../metrics.ts';
import { createRecurringWork } from './recurring-work.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const fail = () => Promise.reject(new Error('relation "ingest.holes" does not exist'));
const succeed = () => Promise.resolve();

describe('Timepoint, doing its recurring work,', () => {
  it('counts each failure by its part, and is not ready from the third in a row until the part succeeds', async () => {
    const metrics = createMetrics();
    const work = createRecurringWork({ metrics, logger });
    expect(await work.run('read-holes-again', fail)).toBe(false);
    expect(await work.run('read-holes-again', fail)).toBe(false);
    // A success of another part does not count for this one.
    expect(await work.run('register-streams', succeed)).toBe(true);
    expect(work.check()).toEqual({ ok: true, detail: 'every part succeeds' });
    await work.run('read-holes-again', fail);
    expect(work.check()).toEqual({
      ok: false,
      detail: expect.stringMatching(
        /^read-holes-again failed 3 times in a row: relation "ingest.holes" does/,
      ),
    });
    expect((await metrics.failures.get()).values).toMatchObject([
      { labels: { part: 'read-holes-again' }, value: 3 },
    ]);
    await work.run('read-holes-again', succeed);
    expect([work.check().ok, work.failure()]).toEqual([true, null]);
  });

  it('begins to count again after a success', async () => {
    const work = createRecurringWork({ metrics: createMetrics(), logger });
    for (const part of [fail, fail, succeed, fail, fail]) await work.run('register-streams', part);
    expect(work.check().ok).toBe(true);
  });

  it('names every part that keeps failing', async () => {
    const work = createRecurringWork({ metrics: createMetrics(), logger });
    for (let time = 0; time < 3; time++) {
      await work.run('register-streams', fail);
      await work.run('align-letter-jobs', fail);
    }
    expect(work.failure()).toMatch(/^register-streams failed 3 .*; align-letter-jobs failed 3 times/);
  });
});
