import { describe, expect, it } from '@jest/globals';
import type { StreamStatus } from '@timepoint/shared/contract/stream-status';
import type { QueuesReading } from '@timepoint/shared/queues/read-queues';
import type { Sample } from '../sampling/take-sample.ts';
import { renderStatusSections } from './status-page.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');

const STATUS: StreamStatus = {
  stream: 'companies',
  newest_timepoint: 120,
  watermark: 120,
  is_contiguous: true,
  accepted_holes: 0,
  recent_holes: 0,
  open_holes: 0,
  open_dead_letters: 0,
  newest_published_at: null,
  newest_received_at: null,
  committed_at: new Date(NOW),
  lag_seconds: null,
  approximate_rows: 1200,
};
const QUEUES: QueuesReading = {
  streams: [],
  isBudgetUsed: false,
  budget: null,
  depths: [{ name: 'events', waiting: 1500, active: 4, delayed: 0, failed: 2 }],
  oldestEventsAt: null,
};

/** The text of a section of a sample, which is well unless changed. */
function text(section: string, changes: Partial<Sample> = {}, status: Partial<StreamStatus> = {}): string {
  const sample: Sample = {
    reading: { at: NOW, queues: QUEUES, statuses: [{ ...STATUS, ...status }] },
    assessment: { isLive: true, isExact: true, findings: [] },
    rates: new Map(),
    activity: new Map(),
    oldestJobs: new Map([['events', NOW - 90_000]]),
    letters: [],
    imports: [],
    changes: [],
    failures: {},
    ...changes,
  };
  return (renderStatusSections(sample)[section] ?? '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}
const UNREACHABLE: Partial<Sample> = {
  reading: { at: NOW, queues: null, statuses: null },
  activity: null,
  oldestJobs: null,
  letters: null,
  imports: null,
  changes: null,
};

describe('Timepoint, drawing the status page,', () => {
  it('answers first whether the copy is live and exact', () => {
    expect(text('answer')).toMatch(/Live .*Exact .*Nothing is the matter\. .*as of 2026-11-24 12:00:00/);
    const finding = { kind: 'hole', stream: 'companies', severity: 'warning', text: 'a <hole>' } as const;
    const bad = { assessment: { isLive: false, isExact: false, findings: [finding] } };
    expect(text('answer', bad)).toMatch(/Not live .*Not exact .*warning a &lt;hole&gt; What to do/);
    const unknown = { assessment: { isLive: false, isExact: null, findings: [finding] } };
    expect(text('answer', unknown)).toContain('Exact or not is unknown');
  });

  it('shows a stream that is known from the database alone', () => {
    expect(text('streams')).toMatch(/companies unknown 120 120 0 – – no data yet 0 ~1,200/);
    expect(text('streams', {}, { accepted_holes: 2 })).toMatch(/ 2 accepted /);
    expect(text('streams', {}, { accepted_holes: 2, open_holes: 1 })).toMatch(/ 1 open , 2 accepted /);
    expect(text('streams', {}, { open_dead_letters: 3 })).toMatch(/ 3 ~1,200/);
    const activity = new Map([['companies', { from: 0, perSecond: [null, 1.25, 0] }]]);
    expect(text('streams', { activity, rates: new Map([['companies', 0.5]]) })).toMatch(
      / 0\.5 at most 1\.3 /,
    );
  });

  it('shows a stream that is known from the queues alone', () => {
    const registered = (hoursAgo: number) => {
      const registeredAt = NOW - hoursAgo * 3_600_000;
      const stream = { stream: 'companies', hold: 'unheld', registeredAt, report: null } as const;
      return { reading: { at: NOW, queues: { ...QUEUES, streams: [stream] }, statuses: null } };
    };
    expect(text('streams', registered(1))).toMatch(
      /companies not connected for 60 min no ingestor has it time left: 3 days – – – – – no data yet – –/,
    );
    expect(text('streams', registered(80))).toContain('no time left: events may be lost');
  });

  it('shows how much waits, for how long, and what failed', () => {
    expect(text('queues')).toMatch(/events 1,500 90 s 4 0 2 /);
    expect(text('queues', { oldestJobs: null })).toMatch(/events 1,500 – 4 0 2 /);
  });

  it('shows how far an import has come, and that rows were refused', () => {
    const row = {
      id: 7,
      product: 'basic-company-data',
      day: '2026-11-01',
      part: 1,
      parts: 1,
      started_at: new Date(NOW),
      staged_rows: 5000,
      merged_rows: 4000,
    };
    const imports = [
      { ...row, state: 'merging', rejects: 1 } as const,
      { ...row, state: 'reading', rejects: 0, part: 2, parts: 7 } as const,
    ];
    const shown = text('imports', { imports });
    expect(shown).toContain('basic-company-data of 2026-11-01 : merging since 2026-11-24 12:00:00');
    expect(shown).toContain('4,000 of 5,000 rows merged, 1 row refused');
    expect(shown).toContain('part 2 of 7 : reading since');
    expect(shown).toContain('4,000 of 5,000 rows read so far merged');
  });

  it('shows changes of status whose company or time is not known', () => {
    const change = {
      company_number: '00000001',
      company_name: null,
      timepoint: 1,
      published_at: null,
      from_status: null,
      from_status_detail: null,
      to_status: 'active',
      to_status_detail: 'active-proposal-to-strike-off',
    };
    expect(text('changes', { changes: [change] })).toMatch(
      /00000001 – – active, active-proposal-to-strike-off – /,
    );
  });

  it('says which store can not be reached', () => {
    expect(text('streams', UNREACHABLE)).toContain('No stream is known yet.');
    expect(text('queues', UNREACHABLE)).toContain('The queues can not be reached.');
    for (const section of ['letters', 'imports', 'changes'])
      expect(text(section, UNREACHABLE)).toContain('It can not be read now');
  });
});
