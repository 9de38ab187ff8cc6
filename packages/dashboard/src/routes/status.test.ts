import { afterEach, describe, expect, it } from '@jest/globals';
import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import { basic, startTestDashboard, type TestDashboard } from '../test-dashboard.ts';
import { saveTestLetters } from '../test-letters.ts';

let dashboard: TestDashboard;
afterEach(() => dashboard.close());

const page = async () => {
  // The first answer may be from a look that began before all was there.
  await dashboard.get('/');
  return (await dashboard.get('/')).text();
};
const row = (text: string, stream: string) =>
  (new RegExp(`id="stream-${stream}">.*?</tr>`, 's').exec(text)?.[0] ?? '').replace(/<[^>]+>/g, ' ');

/** A stream with a history of 100 events and a hole. */
const HISTORY = `
insert into ingest.coverage (stream, origin, covered) values ('companies', 0, '{[1,91),[92,102)}');
insert into ingest.events (stream, timepoint, resource_uri, company_number, type, published_at, received_at, payload, outcome)
select 'companies', timepoint, '/company/0000000' || timepoint % 10, '0000000' || timepoint % 10, 'changed', now(), now(), '{}', 'applied'
from generate_series(1, 101) as timepoint;
insert into ingest.holes (stream, after, up_to, cause, state) values ('companies', 90, 91, 'downstream', 'open');
insert into ingest.activity (stream, minute, newest_timepoint, watermark)
select 'companies', date_trunc('minute', now()) - n * interval '1 minute', 101 - n * 30, 0 from generate_series(0, 3) as n;
insert into register.company_status_changes (company_number, timepoint, published_at, from_status, to_status)
values ('00000001', 101, now(), 'active', 'liquidation'), ('00000002', 92, now(), null, 'active');
insert into ingest.snapshots (product, snapshot_date, part, parts, location, state) values ('psc-snapshot', '2026-11-24', 2, 31, 'x', 'reading');
`;

describe('Timepoint, showing how it is,', () => {
  it('says so when nothing runs yet', async () => {
    dashboard = await startTestDashboard();
    const text = await page();
    expect(text).toContain('<strong>Not live</strong>');
    expect(text).toContain('No stream is registered.');
    expect(text).toContain('href="/runbook#not-registered"');
    expect(text).toContain('No stream is known yet.');
  });

  it('shows every stream, queue, letter, import and change', async () => {
    dashboard = await startTestDashboard();
    const { database, queues } = dashboard;
    for (const statement of HISTORY.split(';\n')) await database.query(statement);
    await saveTestLetters(database, [{ timepoint: 5 }]);
    await queues.streams.add('companies', {}, { jobId: 'companies' });
    const job = await queues.streams.getJob('companies');
    const now = Date.now();
    const report: ConnectionReport = {
      state: 'waiting',
      since: now,
      downSince: now - 600_000,
      nextTryAt: now + 60_000,
      ending: 'http',
      detail: 'status <503>',
      lastByteAt: null,
      lastEventAt: null,
      silenceLimitMs: 1,
      connection: null,
      holder: 'a:1',
      at: now,
    };
    await job?.updateProgress(report);
    await queues.events.add('e', {} as never, { timestamp: now - 90_000 });
    const text = await page();
    const companies = row(text, 'companies');
    expect(companies).toMatch(/not connected +for +10 min/);
    expect(companies).toMatch(/next try in \d+ s/);
    expect(companies).toMatch(/time left: 3 days/);
    expect(companies).toMatch(/ 101 .* 90 .*something before the newest is missing/s);
    expect(text).toMatch(
      /<minute-chart [^>]*aria-label="companies: events per second in the last hour, at most 0.5"/,
    );
    expect(text).toMatch(/href="\/dead-letters\?stream=companies&amp;reason=rejected"/);
    expect(text).toMatch(
      /events<\/a><\/th>\s*<td class="number">1<\/td>\s*<td class="number"><time[^>]*>9\d s/,
    );
    expect(text).toMatch(/psc-snapshot of 2026-11-24, part 2 of 31<\/span>: reading since/);
    expect(text).toMatch(/<progress [^>]*value="0"/);
    expect(text).toContain('<td>liquidation</td>');
    expect(text).not.toContain('00000002');
  });

  it('says what it can not read and why, counts it, and shows it again when it can', async () => {
    dashboard = await startTestDashboard();
    const { database } = dashboard;
    await database.query('alter view ingest.snapshot_progress rename to progress_away');
    const text = await page();
    expect(text).toMatch(/The imports can not be read: relation .*ingest.snapshot_progress.* does not exist/);
    expect(text).not.toContain('The letters can not be read');
    const metrics = await (await dashboard.get('/metrics')).text();
    expect(metrics).toMatch(/timepoint_dashboard_sample_failures_total\{part="imports".*\} \d/);
    await database.query('alter view ingest.progress_away rename to snapshot_progress');
    expect(await page()).not.toContain('can not be read');
  });

  it('says which store can not be reached, and still shows the other', async () => {
    dashboard = await startTestDashboard({ isMigrated: false });
    const text = await page();
    expect(text).toContain('Postgres can not be reached');
    expect(text).toContain('>maintenance</a>');
    const ready = await dashboard.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      ok: false,
      checks: { database: { ok: true }, queue: { ok: true }, migrated: { ok: false } },
    });
  });

  it('sends every open page what changed, each second', async () => {
    dashboard = await startTestDashboard({ env: { DASHBOARD_PASSWORD: 'correct horse' } });
    const { body } = await dashboard.get('/events', basic('', 'correct horse'));
    const views: { at: number; sections: Record<string, string> }[] = [];
    let text = '';
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk).toString();
      const lines = text
        .split('\n\n')
        .slice(0, -1)
        .filter((line) => line.startsWith('data: '));
      if (lines.length < 4) continue;
      views.push(...lines.map((line) => JSON.parse(line.slice(6))));
      break;
    }
    expect(Object.keys(views[0]?.sections ?? {})).toEqual([
      'answer',
      'streams',
      'queues',
      'letters',
      'imports',
      'changes',
    ]);
    // On a slow machine the first sample of the queues comes later than the others.
    const changed = Object.keys(views.at(-1)?.sections ?? {}).filter((section) => section !== 'queues');
    expect(changed).toEqual(['answer']);
    // The second comes at once, as a page is open now.
    expect((views[3]?.at ?? 0) - (views[1]?.at ?? 0)).toBeGreaterThan(1_500);
  });
});
