import { describe, expect, it } from '@jest/globals';
import { assess, type SystemReading } from '@timepoint/shared/monitoring/assess';
import { formatStatus } from './format-status.ts';
import { formatHeadline, isFine } from './headline.ts';
import { holdOf, NOW, readingOf, statusOf } from './test-reading.ts';

const LIMITS = { downMs: 300_000, behindMs: 300_000, deadLetters: 10 };
const assessReading = (reading: SystemReading) => assess(reading, LIMITS);
const exact = statusOf({ open_dead_letters: 0 });
const down = (downMs: number, stream: 'companies' | 'filings' = 'companies') =>
  holdOf({ stream }, { state: 'waiting', downSince: NOW - downMs, ending: 'http', detail: 'status 503' });

describe('Timepoint, summarising its status,', () => {
  it('reports in one line that the copy is live and exact', () => {
    const assessment = assessReading(readingOf([exact]));
    expect(formatHeadline(assessment)).toBe('LIVE and EXACT');
    expect(isFine(assessment)).toBe(true);
  });

  it.each([
    ['LIVE but NOT EXACT: dead letters', readingOf([statusOf()])],
    ['LIVE but NOT EXACT: holes in companies', readingOf([{ ...exact, open_holes: 1 }])],
    [
      'NOT LIVE, EXACT as far as it goes: no connection for companies',
      readingOf([exact], { streams: [down(600_000)] }),
    ],
    [
      'NOT LIVE, NOT EXACT: no connection for 2 streams, dead letters',
      readingOf([statusOf()], { streams: [down(600_000), down(600_000, 'filings')] }),
    ],
    ['NOT LIVE, exactness unknown: Postgres can not be reached', readingOf(null)],
    ['NOT LIVE, exactness unknown: the queues can not be reached', readingOf([exact], null)],
    [
      'NOT LIVE, exactness unknown: Postgres refuses what is written',
      { ...readingOf([exact]), writeRefusal: 'cannot execute UPDATE in a read-only transaction' },
    ],
    ['NOT LIVE, EXACT as far as it goes: no stream is followed', readingOf([exact], { streams: [] })],
    [
      'NOT LIVE, EXACT as far as it goes: events wait to be applied',
      readingOf([exact], { oldestEventsAt: NOW - 600_000 }),
    ],
  ])('answers %j', (headline, reading) => {
    expect(formatHeadline(assessReading(reading))).toBe(headline);
    expect(isFine(assessReading(reading))).toBe(false);
  });

  it('counts a connection that was lost a moment ago as fine', () => {
    const assessment = assessReading(readingOf([exact], { streams: [down(2_000)] }));
    expect(formatHeadline(assessment)).toBe('NOT LIVE, EXACT as far as it goes: no connection for companies');
    expect(isFine(assessment)).toBe(true);
  });

  it('lists the findings, the worst first, each with its remedy', () => {
    const reading = readingOf([statusOf({ open_holes: 1 })], {
      streams: [down(600_000)],
      oldestEventsAt: null,
    });
    const [headline, , ...lines] = formatStatus(
      reading,
      null,
      assessReading(reading),
      (_style, text) => text,
    ).split('\n');
    expect(headline).toMatch(
      /^NOT LIVE, NOT EXACT: no connection for companies, holes in companies, dead letters$/,
    );
    expect(lines.slice(0, 3)).toEqual([
      expect.stringMatching(
        /^critical {2}companies has had no connection for 10 min: http, status 503\. It is tried/,
      ),
      expect.stringMatching(/^warning {3}companies has 1 open hole\(s\)/),
      expect.stringMatching(
        /^note {6}2 event\(s\) could not be applied\. See them with `timepoint dead-letters list`/,
      ),
    ]);
    expect(lines[4]).toMatch(/^stream +newest/);
  });

  it('colours the headline and the severities', () => {
    const reading = readingOf([exact], { streams: [down(600_000)] });
    const text = formatStatus(
      reading,
      null,
      assessReading(reading),
      (style, painted) => `<${style}:${painted}>`,
    );
    expect(text).toMatch(/^<red:NOT LIVE.*>\n\n<red:critical>/);
    const fine = readingOf([exact]);
    expect(
      formatStatus(fine, null, assessReading(fine), (style, painted) => `<${style}:${painted}>`),
    ).toMatch(/^<green:LIVE and EXACT>/);
  });
});
