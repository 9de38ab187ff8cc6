import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from '@jest/globals';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import type { Queues } from '@timepoint/shared/queues/queues';
import { ACTION_JOB, EVENTS_JOB } from '@timepoint/shared/queues/test-jobs';
import { hasTestRedis } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { basic, startTestDashboard, type TestDashboard } from '../test-dashboard.ts';

/** The table of routes of the library itself, so that one that a new version brings is tested too. */
const { appRoutes } = createRequire(import.meta.url)('@bull-board/api/dist/routes.js') as {
  appRoutes: { api: readonly { method: string; route: string }[] };
};

const PASSWORDS = { DASHBOARD_PASSWORD: 'correct horse', DASHBOARD_VIEW_PASSWORD: 'battery staple' };
const OPERATE = basic('ada', 'correct horse');
const VIEW = basic('bob', 'battery staple');

let dashboard: TestDashboard;
let worker: ReturnType<Queues['consume']> | undefined;
afterEach(async () => {
  await worker?.close();
  worker = undefined;
  await dashboard.close();
});

interface Board {
  readonly queues: readonly { name: string; counts: Record<string, number>; readOnlyMode: boolean }[];
}
const board = async (headers: Record<string, string>, query = '') =>
  (await (await dashboard.get(`/queues/api/queues${query}`, headers)).json()) as Board;

const backends = (['redis', 'postgres'] as const).filter(
  (backend) => backend === 'postgres' || hasTestRedis(),
);

describe.each(backends)('Timepoint, with its queues in %s,', (backend) => {
  it('lists every queue in Bull Board, and retries a job that failed', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    const { queues } = dashboard;
    let isRepaired = false;
    worker = queues.consume<unknown>(
      catalogue.deadLetters,
      async () => {
        if (!isRepaired) throw Object.assign(new Error('refused'), { name: 'UnrecoverableError' });
      },
      { concurrency: 1 },
    );
    const next = (event: 'failed' | 'completed') => new Promise((resolve) => worker?.once(event, resolve));
    const failed = next('failed');
    await queues.deadLetters.add('letter', { id: 1 }, { jobId: 'companies-7' });
    await failed;
    const { queues: shown } = await board(OPERATE);
    expect(shown.map(({ name }) => name)).toEqual(queues.all.map(({ name }) => name));
    expect(shown.find(({ name }) => name === 'dead-letters')?.counts.failed).toBe(1);

    isRepaired = true;
    const completed = next('completed');
    const path = '/queues/api/queues/dead-letters/companies-7/retry';
    const retry = await fetch(`${dashboard.url}${path}`, {
      method: 'PUT',
      headers: { ...OPERATE, 'sec-fetch-site': 'same-origin' },
    });
    expect(retry.status).toBe(204);
    await completed;
  });

  it('gives the worker the name of the person who retried letters, one or all, for the audit', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    const { queues } = dashboard;
    worker = queues.consume<unknown>(
      catalogue.deadLetters,
      async () => {
        throw Object.assign(new Error('refused'), { name: 'UnrecoverableError' });
      },
      { concurrency: 1 },
    );
    const jobIds = ['companies-1', 'companies-2', 'companies-3'];
    for (const jobId of jobIds) await queues.deadLetters.add('letter', { id: 1 }, { jobId });
    const failedJobs = () => queues.deadLetters.getJobCountByTypes('failed');
    await until(async () => (await failedJobs()) >= 3);
    await worker.close();
    const put = (path: string) =>
      fetch(`${dashboard.url}/queues/api/queues/dead-letters/${path}`, {
        method: 'PUT',
        headers: { ...OPERATE, 'sec-fetch-site': 'same-origin' },
      });
    const signed = async () =>
      (await Promise.all(jobIds.map((jobId) => queues.deadLetters.getJob(jobId)))).map(
        (job) => job?.data.who,
      );
    expect((await put('companies-1/retry')).status).toBe(204);
    expect(await signed()).toEqual(['ada (dashboard)', undefined, undefined]);
    expect((await put('retry/failed')).status).toBe(200);
    expect(await signed()).toEqual(jobIds.map(() => 'ada (dashboard)'));
    expect((await put('none/retry')).status).toBe(404);
  });

  it('changes nothing through Bull Board, whichever of its routes is asked, but tries again what failed', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    const { events, actions, all } = dashboard.queues;
    await events.add('companies', EVENTS_JOB, { jobId: 'one' });
    await actions.add('discard', {} as never, { jobId: 'one', delay: 60_000 });
    const counts = () => Promise.all(all.map((queue) => queue.getJobCounts()));
    const before = await counts();
    const body = JSON.stringify({
      name: 'discard',
      data: {},
      options: {},
      jobData: {},
      concurrency: 1,
      delay: 0,
    });
    const answers: Record<string, number> = {};
    for (const { method, route } of appRoutes.api.filter((each) => each.method !== 'get')) {
      for (const queue of ['events', 'actions']) {
        const path = route
          .replace(':queueName', queue)
          .replace(':jobId', 'one')
          .replace(':queueStatus', 'completed')
          .replace(':schedulerId', 'tend-log');
        const headers = { ...OPERATE, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
        const { status } = await fetch(`${dashboard.url}/queues${path}`, {
          method: method.toUpperCase(),
          headers,
          body,
        });
        answers[`${method} ${route} of ${queue}`] = status;
      }
    }
    expect(Object.keys(answers).length).toBeGreaterThan(40);
    expect(Object.entries(answers).filter(([, status]) => status !== 403)).toEqual([]);
    expect(await counts()).toEqual(before);
    expect(await events.isPaused()).toBe(false);
  });

  it('knows of every route by which Bull Board reads', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    // One that is not among these is to be looked at: whether it only reads.
    const reading = appRoutes.api.filter(({ method }) => method === 'get').map(({ route }) => route);
    expect(reading.map((route) => route.replace('/api/', '')).toSorted()).toEqual([
      'job-schedulers',
      'queues',
      'queues/:queueName/:jobId',
      'queues/:queueName/:jobId/flow',
      'queues/:queueName/:jobId/logs',
      'queues/:queueName/default-job-options',
      'queues/:queueName/job-data-schema',
      'queues/:queueName/metrics',
      'queues/:queueName/rate-limit',
      'queues/:queueName/workers',
      'redis/stats',
    ]);
  });

  it('does not do again what was done', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    const { queues } = dashboard;
    worker = queues.consume<unknown>(catalogue.actions, async () => undefined, { concurrency: 1 });
    const done = new Promise((resolve) => worker?.once('completed', resolve));
    await queues.actions.add('replay', ACTION_JOB, { jobId: 'one' });
    await done;
    await worker.close();
    const put = async (path: string) => {
      const headers = { ...OPERATE, 'sec-fetch-site': 'same-origin' };
      return (await fetch(`${dashboard.url}/queues/api/queues/actions/${path}`, { method: 'PUT', headers }))
        .status;
    };
    expect(await put('one/retry')).toBe(403);
    expect(await put('retry/completed')).toBe(403);
    expect(await put('retry/failed')).toBe(200);
    expect(await queues.actions.getJobCountByTypes('completed')).toBe(1);
  });

  it('offers to retry where failed jobs are listed, to those who may, and nothing that would be refused', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    const writable = async (headers: Record<string, string>, query: string) =>
      (await board(headers, query)).queues.filter(({ readOnlyMode }) => !readOnlyMode);
    for (const query of ['', '?activeQueue=events', '?activeQueue=events&status=delayed'])
      expect([query, await writable(OPERATE, query)]).toEqual([query, []]);
    const failed = '?activeQueue=events&status=failed';
    expect(await writable(OPERATE, failed)).toMatchObject([
      { name: 'events', allowRetries: true, allowCompletedRetries: false },
    ]);
    expect(await writable(VIEW, failed)).toEqual([]);
  });

  it('serves the whole page of Bull Board, which asks no other site for anything', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    const page = await (await dashboard.get('/queues', OPERATE)).text();
    const files = [...page.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files)
      expect([file, (await dashboard.get(`/queues/${file}`, OPERATE)).status]).toEqual([file, 200]);
    expect(page).not.toMatch(/https?:\/\//);
  });
});
