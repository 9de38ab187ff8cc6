import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@timepoint/testkit/until';
import type { Page } from 'playwright-core';
import { FIRST, type System, startSystem } from '../system.ts';
import { type DashboardInBrowser, openDashboard } from './dashboard-in-browser.ts';

let system: System;
let dashboard: DashboardInBrowser;
afterEach(async () => {
  expect(dashboard.complaints).toEqual([]);
  await dashboard.close();
  await system.close();
});

async function start(env: Record<string, string> = {}): Promise<Page> {
  system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '20' } });
  await system.registerFromFirst();
  await Promise.all([system.start('worker'), system.start('ingestor', env)]);
  await until(async () => (await system.watermark()) === FIRST + 19);
  dashboard = await openDashboard(system, { ALERT_DOWN_SECONDS: '1' });
  return dashboard.open('/');
}

const sees = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const verdict = (page: Page, text: string) =>
  page.locator('.verdict').getByText(text, { exact: true }).waitFor();

describe('Timepoint, looked at in a browser,', () => {
  it('shows an event within 2 s of its being published', async () => {
    const page = await start();
    const newest = page.locator('#stream-companies [data-label=Newest]');
    await verdict(page, 'Live');
    const tookMs: number[] = [];
    for (let event = 20; event < 25; event += 1) {
      const startedAt = Date.now();
      await system.simulate('emit', { count: 1 });
      await until(async () => (await newest.textContent())?.includes(String(FIRST + event)));
      tookMs.push(Date.now() - startedAt);
    }
    // On a machine that is busy with others one may take longer.
    expect(tookMs.toSorted((one, other) => one - other)[2]).toBeLessThan(2_000);
  });

  it('shows that a stream lost its connection, why, and that it came back', async () => {
    const page = await start();
    await verdict(page, 'Live');
    await verdict(page, 'Exact');
    await system.setFaults({ respond: [{ status: 503, times: 1 }] });
    await system.simulate('disconnect', {});
    await verdict(page, 'Not live');
    const connection = page.locator('#stream-companies [data-label=Connection]');
    await connection.getByText('not connected').waitFor();
    await connection.getByText(/http, status 503; next try in \d+ s/).waitFor();
    await connection.getByText(/time left: 3 days/).waitFor();
    await sees(page, /companies has had no connection for/);
    const whatToDo = page.getByRole('link', { name: 'What to do: stream-down' });
    expect(await whatToDo.getAttribute('href')).toBe('/runbook#stream-down');

    // After a refusal the publisher wants to be left alone for a while.
    await connection.getByText('connected', { exact: true }).waitFor({ timeout: 90_000 });
    await verdict(page, 'Live');
  }, 120_000);

  it('shows that a stream is silent, and that it speaks again', async () => {
    const page = await start({ SILENCE_LIMIT_MS: '3000' });
    const connection = page.locator('#stream-companies [data-label=Connection]');
    await connection.getByText(/silent: no event for \d+ s/).waitFor();
    await sees(page, /companies has sent no event for \d+ s, longer than it ever should/);
    await verdict(page, 'Not live');
    await system.simulate('rate', { eventsPerSecond: 2 });
    await verdict(page, 'Live');
    await connection.getByText(/silent/).waitFor({ state: 'detached' });
  }, 120_000);

  it('says since when it is not live when the dashboard is gone, and goes on when it is back', async () => {
    const page = await start();
    await verdict(page, 'Live');
    const liveness = page.locator('#liveness');
    expect(await liveness.isVisible()).toBe(false);
    await dashboard.process.kill();
    await liveness.getByText(/Not live since \d\d:\d\d:\d\d/).waitFor();
    await system.simulate('emit', { count: 1 });
    await dashboard.restart();
    await liveness.waitFor({ state: 'hidden' });
    await page
      .locator('#stream-companies')
      .getByText(String(FIRST + 20))
      .first()
      .waitFor();
  }, 120_000);

  it('shows everything at first sight to a browser without JavaScript', async () => {
    await start();
    const page = await dashboard.open('/', { javaScriptEnabled: false });
    expect(await page.locator('#stream-companies').textContent()).toContain(String(FIRST + 19));
    expect(await page.locator('#queues').textContent()).toContain('dead-letters');
  });
});
