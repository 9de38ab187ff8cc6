import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { until } from '@timepoint/testkit/until';
import { type System, startSystem } from '../system.ts';
import { type DashboardInBrowser, openDashboard } from './dashboard-in-browser.ts';
import { takeScreenshot } from './screenshot.ts';

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

let system: System;
let dashboard: DashboardInBrowser;
beforeAll(async () => {
  system = await startSystem({
    streams: STREAM_NAMES,
    simulator: { SIMULATOR_BACKLOG: '3000', SIMULATOR_RATE: '20' },
  });
  await system.registerFromFirst();
  // An hour of history, which a test can't wait for.
  await system.sql.query(
    `insert into ingest.activity (stream, minute, newest_timepoint, watermark)
     select stream, date_trunc('minute', now()) - n * interval '1 minute',
       10000000 - (n * 400 + 1500 * sin(n / 6.0 + length(stream)))::bigint, 0
     from generate_series(1, 60) as n, unnest($1::text[]) as stream`,
    [STREAM_NAMES],
  );
  await Promise.all([system.start('worker'), system.start('ingestor')]);
  await until(async () => {
    const { newest } = await system.status();
    for (const stream of STREAM_NAMES)
      if ((await system.watermark(stream)) < newest[stream] - 50) return false;
    return true;
  });
  dashboard = await openDashboard(system);
}, 120_000);
afterAll(async () => {
  await dashboard.close();
  await system.close();
});

/** Saves letters to be shown, and returns the path of one. */
async function saveLetter(): Promise<string> {
  const { rows } = await system.sql.query(
    `insert into ingest.dead_letters (stream, timepoint, resource_uri, reason, detail, raw)
     values ('companies', null, '/company/00000001', 'unreadable', 'not JSON: unexpected end', 'half a li')
     on conflict do nothing returning id`,
  );
  return `/dead-letters/${rows[0].id}`;
}

describe('Timepoint, used by people of all abilities,', () => {
  it('is readable in light and dark, on a phone, and to a screen reader', async () => {
    await takePictures();
    const paths = ['/', '/audit', '/runbook', await saveLetter(), '/dead-letters'];
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [WIDE, PHONE]) {
        const page = await dashboard.open('/', { colorScheme, viewport });
        for (const path of paths) {
          await page.goto(path);
          const { violations } = await new AxeBuilder({ page }).analyze();
          const grave = violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => ({ path, colorScheme, id, where: nodes.map(({ html }) => html) }));
          expect(grave).toEqual([]);
          // Only elements that scroll by themselves are wider than the screen.
          const width = await page.evaluate('document.documentElement.scrollWidth');
          expect([path, viewport.width, Number(width) <= viewport.width]).toEqual([
            path,
            viewport.width,
            true,
          ]);
        }
        await page.context().close();
      }
    }
    expect(dashboard.complaints).toEqual([]);
  }, 400_000);

  it('can be used by keyboard: the first step skips to the content, and the focus stays while the page lives', async () => {
    const page = await dashboard.open('/');
    const focused = () => page.evaluate('document.activeElement.textContent');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    const link = page.locator('#queues').getByRole('link', { name: 'events', exact: true });
    await link.focus();
    const at = page.locator('.at time');
    const before = await at.getAttribute('datetime');
    await until(async () => (await at.getAttribute('datetime')) !== before);
    expect(await focused()).toBe('events');
  });

  it('draws the last hour of each stream', async () => {
    const page = await dashboard.open('/');
    await page.locator('minute-chart canvas').first().waitFor();
    expect(await page.locator('minute-chart canvas').count()).toBe(STREAM_NAMES.length);
  });
});

async function takePictures(): Promise<void> {
  const wide = await dashboard.open('/', { viewport: { width: 1200, height: 800 } });
  await wide.locator('minute-chart canvas').first().waitFor();
  await takeScreenshot(wide, 'status');
  const phone = await dashboard.open('/', { viewport: PHONE, colorScheme: 'dark' });
  await phone.locator('minute-chart canvas').first().waitFor();
  await takeScreenshot(phone, 'status-dark-phone');
}
