import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ActionJob, ActionProgress } from '@timepoint/shared/contract/job';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { basic, startTestDashboard, type TestDashboard } from '../test-dashboard.ts';

const VIEW = basic('bob', 'battery staple');
const OPERATE = basic('ada', 'correct horse');

let dashboard: TestDashboard;
let worker: ReturnType<Queues['consume']> | undefined;
beforeEach(async () => {
  const env = { DASHBOARD_PASSWORD: 'correct horse', DASHBOARD_VIEW_PASSWORD: 'battery staple' };
  dashboard = await startTestDashboard({ env });
});
afterEach(async () => {
  await worker?.close();
  worker = undefined;
  await dashboard.close();
});

const page = async (path: string, headers = OPERATE) => (await dashboard.get(path, headers)).text();
const ask = async (form: Record<string, string>) => {
  const { status, headers } = await dashboard.post('/actions', form, OPERATE);
  expect(status).toBe(303);
  return headers.get('location') ?? '';
};
const progressOf = (changes: Partial<ActionProgress>): ActionProgress => ({
  total: 320,
  done: 0,
  passed: 0,
  failed: 0,
  isCancelled: false,
  failures: [],
  ...changes,
});
/** Stands in for the worker of the queue. */
const work = (take: (job: Job<ActionJob>) => Promise<ActionProgress>) => {
  worker = dashboard.queues.consume(catalogue.actions, take, { concurrency: 1 }) as typeof worker;
};

describe('Timepoint, asked to do something to dead letters,', () => {
  it('adds a job that says what, to which, why and who', async () => {
    const path = await ask({ what: 'discard', stream: 'companies', fingerprint: 'x …', because: 'a test' });
    const job = await dashboard.queues.actions.getJob(path.split('/').at(-1) ?? '');
    expect(job).toMatchObject({
      name: 'discard',
      data: {
        what: 'discard',
        selection: { stream: 'companies', fingerprint: 'x …', state: 'open' },
        because: 'a test',
        who: 'ada (dashboard)',
        isCancelled: false,
      },
    });
    expect(await page(path)).toContain('Waits for a worker');
  });

  it('refuses what no store can take, and writes no name in the audit that it can not hold', async () => {
    const nul = String.fromCharCode(0);
    for (const form of [
      { what: 'discard', because: `why${nul}` },
      { what: 'replay', fingerprint: nul },
      { what: 'replay', companyNumber: `1${nul}` },
      { what: 'replay', since: '+275760-09-13T00:00:00.000Z' },
      { what: 'replay', other: nul },
    ])
      expect([form, (await dashboard.post('/actions', form, OPERATE)).status]).toEqual([form, 400]);
    const odd = basic('a\u202eda\u2028', 'correct horse');
    const { headers } = await dashboard.post('/actions', { what: 'dry-run' }, odd);
    const job = await dashboard.queues.actions.getJob(headers.get('location')?.split('/').at(-1) ?? '');
    expect(job?.data.who).toBe('a da (dashboard)');
  });

  it('discards nothing without a reason, and does nothing that it does not know', async () => {
    for (const form of [{ what: 'discard', because: ' ' }, { what: 'drop' }, { what: 'replay', id: 'x' }])
      expect((await dashboard.post('/actions', form, OPERATE)).status).toBe(400);
    expect(await dashboard.queues.actions.getJobCountByTypes('waiting')).toBe(0);
  });

  it('shows live how far it has come, and its result', async () => {
    const { promise: isSeen, resolve: seen } = Promise.withResolvers<void>();
    work(async (job) => {
      await job.updateProgress(progressOf({ done: 25, passed: 25 }));
      await isSeen;
      return progressOf({ done: 320, passed: 312, failed: 8, failures: [{ detail: 'no <b>', letters: 8 }] });
    });
    const path = await ask({ what: 'dry-run' });
    const events = await dashboard.get(`${path}/events`, VIEW);
    expect(events.headers.get('content-type')).toBe('text/event-stream');
    let text = '';
    for await (const chunk of events.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('25 of 25 would pass now so far')) seen();
    }
    expect(text).toContain('312 of 320 would pass now');
    expect(text).toMatch(/"isFinal":true\}\n\n$/);
    const over = await page(path, VIEW);
    expect(over).toContain('312 of 320 would pass now');
    expect(over).toContain('no &lt;b&gt;');
    expect(await page('/dead-letters')).toContain('312 of 320 would pass now');
  });

  it('cancels one that is under way, and nothing that has ended', async () => {
    work(async (job) => {
      await job.updateProgress(progressOf({ done: 25, passed: 25 }));
      let current = await dashboard.queues.actions.getJob(job.id ?? '');
      while (!current?.data.isCancelled) current = await dashboard.queues.actions.getJob(job.id ?? '');
      return progressOf({ done: 50, passed: 50, isCancelled: true });
    });
    const path = await ask({ what: 'replay' });
    expect(await page(path, VIEW)).not.toContain('Cancel</button>');
    const ended = new Promise((resolve) => worker?.once('completed', resolve));
    expect((await dashboard.post(`${path}/cancel`, {}, OPERATE)).headers.get('location')).toBe(path);
    await ended;
    expect(await page(path)).toContain('Cancelled: 50 of 320 were applied');
    expect((await dashboard.post(`${path}/cancel`, {}, OPERATE)).status).toBe(303);
    expect((await dashboard.post('/actions/none/cancel', {}, OPERATE)).status).toBe(404);
  });

  it('says why one is tried again later', async () => {
    work(async () => {
      throw new Error('no <store>');
    });
    const failed = new Promise((resolve) => worker?.once('failed', resolve));
    const path = await ask({ what: 'replay' });
    await failed;
    await worker?.close();
    expect(await page(path)).toMatch(/Waits for a worker.*no &lt;store&gt;/s);
    expect(await page('/dead-letters')).toContain(`href="${path}"`);
  });

  it('says why one failed', async () => {
    work(async () => {
      throw Object.assign(new Error('out of <disk>'), { name: 'UnrecoverableError' });
    });
    const failed = new Promise((resolve) => worker?.once('failed', resolve));
    const path = await ask({ what: 'replay' });
    await failed;
    expect(await page(path)).toContain('out of &lt;disk&gt;');
    expect((await dashboard.get('/actions/none', OPERATE)).status).toBe(404);
    const events = await (await dashboard.get('/actions/none/events', OPERATE)).text();
    expect(events).toMatch(/It is not known any more.*"isFinal":true/);
  });
});

describe('Timepoint, showing who did what,', () => {
  it('shows the audit, the latest first', async () => {
    await dashboard.database.query(
      `insert into ingest.audit (at, who, what, details)
       values (now() - interval '1 hour', 'ada', 'replay', '{"total":3}'), (now(), '<b>', 'discard', '{}')`,
    );
    const text = await page('/audit', VIEW);
    expect(text.indexOf('&lt;b&gt;')).toBeLessThan(text.indexOf('<td>ada</td>'));
    expect(text).toContain('{&quot;total&quot;:3}');
  });
});
