import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@timepoint/testkit/until';
import type { Page } from 'playwright-core';
import { expectExactCopy } from '../exactness.ts';
import { runTimepoint } from '../service-process.ts';
import { FIRST, type System, startSystem } from '../system.ts';
import { type DashboardInBrowser, openDashboard } from './dashboard-in-browser.ts';
import { takeScreenshot } from './screenshot.ts';

let system: System;
let dashboard: DashboardInBrowser;
beforeEach(async () => {
  system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '2000', SIMULATOR_SEED: '7' } });
  await system.sql.query(
    `alter table register.companies add constraint no_llp check (data ->> 'type' is distinct from 'llp')`,
  );
  await system.registerFromFirst();
  await Promise.all([system.start('worker'), system.start('ingestor')]);
  await until(async () => (await system.watermark()) === FIRST + 1_999);
  dashboard = await openDashboard(system);
});
afterEach(async () => {
  expect(dashboard.complaints).toEqual([]);
  await dashboard.close();
  await system.close();
});

const letters = async (state: string) =>
  (await system.sql.query('select count(*)::int from ingest.dead_letters where state = $1', [state])).rows[0]
    .count as number;
const removeCause = () => system.sql.query('alter table register.companies drop constraint no_llp');
/** Opens the status page, and waits until it shows that each open letter has been tried. */
const openTried = async () => {
  const page = await dashboard.open('/');
  await page.getByRole('link', { name: `${await letters('open')} failed of dead-letters` }).waitFor();
  return page;
};
const press = (page: Page, name: RegExp) => page.getByRole('button', { name }).click();
const sees = (page: Page, text: string) => page.getByText(text, { exact: true }).first().waitFor();

/** Newer documents have overtaken some letters; their facts still belong into the history. */
async function replaySuperseded(page: Page): Promise<void> {
  const superseded = await letters('superseded');
  expect(superseded).toBeGreaterThan(0);
  await page.goto('/dead-letters');
  await page.locator('select[name=state]').selectOption('superseded');
  await press(page, /^Show$/);
  await press(page, /^Replay all/);
  await sees(page, `${superseded} of ${superseded} were applied`);
}

describe('Timepoint, whose operator made the database refuse a group of events,', () => {
  it('shows the group, tries it, replays it once the cause is removed, and is exact again', async () => {
    const open = await letters('open');
    expect(open).toBeGreaterThan(10);
    const page = await openTried();
    await page.locator('.verdict').getByText('Not exact').waitFor();
    await page.locator('#letters').getByRole('link', { name: 'rejected' }).click();
    await sees(page, `${open} letters in 1 group.`);
    await takeScreenshot(page, 'dead-letters');
    await page.getByRole('link', { name: /violates check constraint no_llp/ }).click();
    await press(page, /^Dry run of all/);
    await sees(page, `0 of ${open} would pass now`);
    await page.getByRole('heading', { name: 'What the others fail of' }).waitFor();
    await takeScreenshot(page, 'dry-run');

    await removeCause();
    await system.simulate('emit', { count: 2_000 });
    await until(async () => (await system.watermark()) === FIRST + 3_999);
    const left = await letters('open');
    expect(left).toBeLessThan(open);
    await page.goBack();
    await press(page, /^Dry run of all/);
    await sees(page, `${left} of ${left} would pass now`);
    expect(await letters('open')).toBe(left);
    await page.goBack();
    await press(page, /^Replay all/);
    await sees(page, `${left} of ${left} were applied`);
    expect(await letters('open')).toBe(0);
    await replaySuperseded(page);

    await page
      .getByRole('navigation', { name: 'Pages', exact: true })
      .getByRole('link', { name: 'Audit' })
      .click();
    const audit = page.getByRole('row', { name: /ada \(dashboard\)/ });
    await audit.nth(3).waitFor();
    expect(await audit.count()).toBe(4);
    await page.goto('/');
    await page.locator('.verdict').getByText('Exact', { exact: true }).waitFor();
    expect(await runTimepoint(['verify'], system.env)).toMatchObject({ code: 0 });
    await expectExactCopy(system);
  }, 120_000);

  it('lists every queue in Bull Board, where a failed letter is retried and so replayed', async () => {
    const page = await openTried();
    await page.getByRole('link', { name: 'Queues' }).click();
    const names = [
      'streams',
      'events',
      'dead-letters',
      'snapshots',
      'rewinds',
      'actions',
      'incidents',
      'maintenance',
    ];
    for (const name of names) await page.getByRole('link', { name, exact: true }).first().waitFor();
    await removeCause();
    await page.goto('/queues/queue/dead-letters?status=failed');
    const letter = page.getByText(/^companies-\d+$/).first();
    await page
      .getByText(/UnrecoverableError/)
      .first()
      .waitFor();
    await letter.waitFor();
    // What would be refused is not there: to clean, add, change or pause.
    await page.getByRole('button', { name: 'Retry all', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /clean|pause|add job|empty/i }).count()).toBe(0);
    const actions = page.locator('[class*="jobActions-"]').first().getByRole('button');
    expect(await actions.count()).toBe(1);
    expect(await page.locator('button[class*="trigger-GNtOnV"]').isVisible()).toBe(false);
    await takeScreenshot(page, 'queue');
    // The button of a job is an icon without a name.
    await actions.first().click();
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    await until(async () => (await letters('replayed')) === 1);
    const audit = async () => (await system.sql.query('select 1 from ingest.audit')).rows.length;
    await until(async () => (await audit()) === 1);
    await page.goto('/audit');
    await page.getByRole('row', { name: /ada \(dashboard\) replay/ }).waitFor();
  }, 120_000);

  it('discards a letter only with a reason, which the audit keeps', async () => {
    const page = await dashboard.open('/dead-letters');
    await page.getByRole('row').getByRole('link', { name: /^\d+$/ }).first().click();
    await page.getByText('Discard this letter…').click();
    await page.getByLabel('Why').fill('a test of ours');
    await press(page, /^Discard this letter$/);
    await sees(page, '1 of 1 were discarded');
    expect(await letters('discarded')).toBe(1);
    await page.goto('/audit');
    await page.getByText(/a test of ours/).waitFor();
  });
});
