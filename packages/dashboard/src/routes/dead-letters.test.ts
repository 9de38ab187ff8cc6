import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { basic, startTestDashboard, type TestDashboard } from '../test-dashboard.ts';
import { saveTestLetters } from '../test-letters.ts';

const VIEW = basic('bob', 'battery staple');
const OPERATE = basic('ada', 'correct horse');

let dashboard: TestDashboard;
beforeEach(async () => {
  const env = { DASHBOARD_PASSWORD: 'correct horse', DASHBOARD_VIEW_PASSWORD: 'battery staple' };
  dashboard = await startTestDashboard({ env });
});
afterEach(() => dashboard.close());

const page = async (path: string, headers = OPERATE) => (await dashboard.get(path, headers)).text();
/** The numbers of the letters in the list. */
const listed = (text: string) =>
  [...text.matchAll(/href="\/dead-letters\/(\d+)"/g)].map(([, id]) => Number(id));

describe('Timepoint, showing dead letters,', () => {
  it('puts those together that are alike', async () => {
    await saveTestLetters(dashboard.database, [
      { timepoint: 1, path: 'sic_codes' },
      { timepoint: 2, path: 'sic_codes' },
      { timepoint: 3, reason: 'unreadable', detail: 'not JSON' },
      { timepoint: 4, state: 'discarded' },
    ]);
    const text = await page('/dead-letters');
    expect(text).toContain('3 letters in 2 groups.');
    expect(text).toContain('value … is out of range</a>');
    expect(text).toContain('<td>sic_codes</td>');
    const [, group = ''] = /href="(\/dead-letters\?[^"]*fingerprint=[^"]*)"/.exec(text) ?? [];
    const ofGroup = await page(group.replaceAll('&amp;', '&'));
    expect(ofGroup).toContain('2 letters in 1 group.');
    // An action does not include letters that came after its page was shown.
    const [newest] = listed(ofGroup);
    expect(ofGroup).toContain(`<input type="hidden" name="upToId" value="${newest}">`);
    expect(listed(ofGroup)).toHaveLength(2);
  });

  it('filters by stream, company, reason, state and time', async () => {
    const [first, second, third, fourth] = await saveTestLetters(dashboard.database, [
      { timepoint: 1, seenAt: '2026-11-24T10:00:00Z' },
      { timepoint: 2, seenAt: '2026-11-24T12:00:00Z', stream: 'filings', resourceUri: '/company/SC123456/x' },
      { timepoint: 3, seenAt: '2026-11-24T14:00:00Z', reason: 'envelope' },
      { timepoint: 4, seenAt: '2026-11-24T15:00:00Z', state: 'superseded' },
    ]);
    const found = async (query: string) => listed(await page(`/dead-letters?${query}`));
    expect(await found('')).toEqual([third, second, first]);
    expect(await found('stream=filings')).toEqual([second]);
    expect(await found('companyNumber=sc123456')).toEqual([second]);
    // As a spreadsheet leaves it.
    expect(await found('companyNumber=3')).toEqual([third]);
    expect(await found('reason=envelope')).toEqual([third]);
    expect(await found('state=superseded')).toEqual([fourth]);
    expect(await found('since=2026-11-24T12:00&until=2026-11-24T14:00')).toEqual([second]);
    expect((await dashboard.get('/dead-letters?stream=companeis', OPERATE)).status).toBe(400);
  });

  it.each([
    '/dead-letters?fingerprint=a%00b',
    '/dead-letters?companyNumber=%00',
    '/dead-letters?nothing=%00',
    '/dead-letters?since=%2B275760-09-13T00:00:00.000Z',
    '/dead-letters?until=0000-01-01T00:00',
    '/dead-letters?before=99999999999999999999',
    '/dead-letters?stream=companies&stream=filings',
    '/dead-letters/1%00',
    '/actions/a%00b',
    '/queues/api/queues/dead-letters/a%00b',
    '/queues/api/queues?activeQueue=%00',
  ])('answers %s, which no store can take, with a sentence', async (path) => {
    const answer = await dashboard.get(path, OPERATE);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(/no database can hold|must|expected|Too big/i);
  });

  it('shows fifty at once, and leads to the older ones', async () => {
    const letters = Array.from({ length: 120 }, (_, index) => ({ timepoint: index + 1 }));
    const ids = await saveTestLetters(dashboard.database, letters);
    const seen: number[] = [];
    let path: string | undefined = '/dead-letters?stream=companies';
    while (path !== undefined) {
      const text = await page(path);
      seen.push(...listed(text));
      path = /href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(seen).toEqual(ids.toReversed());
  });

  it('shows what came as text, never as markup', async () => {
    const raw = '</pre><script>alert(1)</script><img src=x onerror="alert(2)">&amp;';
    const [id] = await saveTestLetters(dashboard.database, [
      { timepoint: 1, raw, detail: raw, resourceUri: raw, path: raw },
    ]);
    for (const path of ['/dead-letters', `/dead-letters/${id}`]) {
      const text = await page(path);
      expect(text).not.toMatch(/<script>|<img/);
      expect(text).toContain('&lt;script&gt;alert(1)');
    }
    expect(await page(`/dead-letters/${id}`)).toContain(
      '>&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(2)&quot;&gt;&amp;amp;</pre>',
    );
  });

  it('offers actions only to people who may operate', async () => {
    const [open, gone] = await saveTestLetters(dashboard.database, [
      { timepoint: 1 },
      { timepoint: 2, state: 'replayed' },
    ]);
    for (const path of ['/dead-letters', `/dead-letters/${open}`]) {
      expect(await page(path, OPERATE)).toMatch(/value="replay"/);
      expect(await page(path, VIEW)).not.toMatch(/method="post"/);
    }
    expect(await page(`/dead-letters/${gone}`, OPERATE)).not.toMatch(/method="post"/);
    expect((await dashboard.get('/dead-letters/999999', OPERATE)).status).toBe(404);
    expect((await dashboard.get('/dead-letters/x', OPERATE)).status).toBe(404);
  });

  it('leads from an older page back to the latest', async () => {
    const [first, second] = await saveTestLetters(dashboard.database, [{ timepoint: 1 }, { timepoint: 2 }]);
    const text = await page(`/dead-letters?before=${second}`);
    expect(listed(text)).toEqual([first]);
    expect(text).toMatch(/<a href="\/dead-letters\?">Latest<\/a>/);
  });

  it('says where to look when a store fails, and nothing of what failed', async () => {
    await dashboard.database.query('alter table ingest.dead_letters rename to hidden');
    const answer = await dashboard.get('/dead-letters', OPERATE);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe(
      'That failed: see whether the stores answer, and the log of the dashboard.\n',
    );
    const xml = { ...OPERATE, 'content-type': 'text/xml' };
    expect((await dashboard.post('/actions', {}, xml)).status).toBe(415);
  });
});
