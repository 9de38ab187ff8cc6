import { afterEach, describe, expect, it } from '@jest/globals';
import { hasTestRedis } from '@timepoint/dev/test-redis';
import { until } from '@timepoint/dev/until';
import type { Queues } from '@timepoint/shared/queues';
import { basic, startTestDashboard, type TestDashboard } from '../test-dashboard.ts';

const PASSWORDS = { DASHBOARD_PASSWORD: 'correct horse', DASHBOARD_VIEW_PASSWORD: 'battery staple' };
const OPERATE = basic('ada', 'correct horse');
const VIEW = basic('bob', 'battery staple');

let dashboard: TestDashboard;
let worker: ReturnType<Queues['startWorker']> | undefined;
afterEach(async () => {
  await worker?.close();
  worker = undefined;
  await dashboard.close();
});

interface Board {
  readonly queues: readonly { name: string; counts: Record<string, number>; readOnlyMode: boolean }[];
}
const board = async (headers: Record<string, string>) =>
  (await (await dashboard.get('/queues/api/queues', headers)).json()) as Board;

const backends = (['redis', 'postgres'] as const).filter(
  (backend) => backend === 'postgres' || hasTestRedis(),
);

describe.each(backends)('Timepoint, with its queues in %s,', (backend) => {
  it('lists every queue in Bull Board, and retries a job that failed', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    const { queues } = dashboard;
    let isMended = false;
    worker = queues.startWorker(
      'dead-letters',
      async () => {
        if (!isMended) throw Object.assign(new Error('refused'), { name: 'UnrecoverableError' });
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

    isMended = true;
    const completed = next('completed');
    const path = '/queues/api/queues/dead-letters/companies-7/retry';
    const retry = await fetch(`${dashboard.url}${path}`, {
      method: 'PUT',
      headers: { ...OPERATE, 'sec-fetch-site': 'same-origin' },
    });
    expect(retry.status).toBe(204);
    await completed;
  });

  it('tells the worker who had letters tried again, one or all, for the audit', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    const { queues } = dashboard;
    worker = queues.startWorker(
      'dead-letters',
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

  it('lets nobody throw away or change what waits to be applied', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    const { events, streams } = dashboard.queues;
    await events.add('companies', {} as never, { jobId: 'companies-1-2' });
    await streams.add('companies', {} as never, { jobId: 'companies' });
    const change = async (method: string, path: string, body?: object) => {
      const headers = { ...OPERATE, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
      const init = { method, headers, body: JSON.stringify(body ?? {}) };
      return (await fetch(`${dashboard.url}/queues/api/queues/${path}`, init)).status;
    };
    expect(await change('PUT', 'events/empty')).toBe(403);
    expect(await change('PUT', 'events/obliterate')).toBe(403);
    expect(await change('PUT', 'events/clean/waiting')).toBe(403);
    expect(await change('PUT', 'events/companies-1-2/clean')).toBe(403);
    expect(await change('PATCH', 'events/companies-1-2/update-data', { jobData: {} })).toBe(403);
    expect(await change('POST', 'snapshots/add', { name: 'x', data: {}, options: {} })).toBe(403);
    expect(await events.getJob('companies-1-2')).toBeDefined();
    expect(await change('PUT', 'events/clean/failed')).toBe(200);
    expect(await change('PUT', 'events/pause')).toBe(200);
    expect(await change('PUT', 'streams/companies/clean')).toBe(204);
    expect(await streams.getJob('companies')).toBeUndefined();
  });

  it('shows those who may only view no buttons that would be refused', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    expect((await board(OPERATE)).queues.every(({ readOnlyMode }) => !readOnlyMode)).toBe(true);
    expect((await board(VIEW)).queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
  });

  it('serves the whole page of Bull Board, which asks nobody else for anything', async () => {
    dashboard = await startTestDashboard({ backend, env: PASSWORDS });
    const page = await (await dashboard.get('/queues', OPERATE)).text();
    const files = [...page.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files)
      expect([file, (await dashboard.get(`/queues/${file}`, OPERATE)).status]).toEqual([file, 200]);
    expect(page).not.toMatch(/https?:\/\//);
  });
});
