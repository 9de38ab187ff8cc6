import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FIRST, type System, startSystem } from '../system.ts';
import { type DashboardInBrowser, OPERATE, openDashboard, VIEW } from './dashboard-in-browser.ts';

let system: System;
let dashboard: DashboardInBrowser;
beforeAll(async () => {
  system = await startSystem();
  await system.sql.query(
    `insert into ingest.dead_letters (stream, timepoint, resource_uri, reason, detail, raw)
     values ('companies', ${FIRST}, '/company/00000001', 'rejected', 'not so', $1)`,
    ['<script>document.title = "taken over"</script><img src=x onerror="document.title = 1">'],
  );
});
afterAll(() => system.close());
beforeEach(async () => {
  dashboard = await openDashboard(system);
});
afterEach(async () => {
  await dashboard.close();
  await dashboard.process.kill();
});

const statusWith = async (credentials: { username: string; password: string }) => {
  const page = await dashboard.open('about:blank', { httpCredentials: credentials });
  const response = await page.goto('/');
  await page.context().close();
  return response?.status();
};

describe('Timepoint, with passwords for its dashboard,', () => {
  it('refuses a wrong one, and after ten of them the right one too', async () => {
    expect(await statusWith(OPERATE)).toBe(200);
    for (let guess = 0; guess < 10; guess += 1)
      expect(await statusWith({ username: 'ada', password: `guess ${guess}` })).toBe(401);
    expect(await statusWith({ username: 'ada', password: 'one more' })).toBe(429);
    expect(await statusWith(OPERATE)).toBe(429);
  });

  it('shows no button to those who may only view, and refuses them what a button would do', async () => {
    for (const path of ['/dead-letters', '/dead-letters/1']) {
      const page = await dashboard.open(path, { httpCredentials: VIEW });
      expect(await page.getByRole('button', { name: /replay|dry run|discard/i }).count()).toBe(0);
      expect(await page.getByText('bob, may view').count()).toBe(1);
      const operator = await dashboard.open(path);
      expect(await operator.getByRole('button', { name: /replay/i }).count()).toBe(1);
    }
    const page = await dashboard.open('/', { httpCredentials: VIEW });
    const ask = (path: string, method: string) =>
      page.evaluate(`fetch('${path}', { method: '${method}' }).then(({ status }) => status)`);
    expect(await ask('/queues/api/queues', 'GET')).toBe(200);
    expect(await ask('/actions', 'POST')).toBe(403);
    expect(await ask('/queues/api/queues/pause', 'PUT')).toBe(403);
  });

  it('takes no order from a page of another site, although the browser sends the password along', async () => {
    const page = await dashboard.open('/');
    const answered = page.waitForResponse(/\/actions$/);
    // The same machine by another name is another site.
    await page.route('http://elsewhere.example/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${dashboard.url}/actions"><input name="what" value="replay"></form>`,
      }),
    );
    await page.goto('http://elsewhere.example/');
    await page.evaluate('document.forms[0].submit()');
    expect((await answered).status()).toBe(403);
  });

  it('shows what a stream sent as text, and never runs it', async () => {
    const page = await dashboard.open('/dead-letters/1');
    await page.locator('pre', { hasText: '<script>document.title = "taken over"</script>' }).waitFor();
    expect(await page.title()).toBe('Dead letter 1 · Timepoint');
    expect(await page.locator('pre *').count()).toBe(0);
    expect(dashboard.complaints).toEqual([]);
  });
});
