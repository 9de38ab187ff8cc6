import { describe, expect, it } from '@jest/globals';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/job';
import { placeLines, readLines } from './read-lines.ts';

const line = (timepoint: number, type = 'changed') =>
  JSON.stringify({
    resource_kind: 'company-profile',
    resource_uri: `/company/0000${timepoint}`,
    data: { company_status: 'active' },
    event: { timepoint, type, published_at: '2026-03-02T10:15:30' },
  });
const GARBAGE = '{"resource_uri":';
const job = (changes: object): EventsJob =>
  eventsJobSchema.parse({
    stream: 'companies',
    origin: 100,
    after: 100,
    upTo: 103,
    lines: [],
    receivedAt: 0,
    ...changes,
  });
const timepoints = (read: ReturnType<typeof readLines>) => read.events.map((event) => event.timepoint);

describe('Timepoint, reading the lines of a job,', () => {
  it('sorts events by timepoint and keeps one of each', () => {
    const read = readLines(job({ lines: [line(102), line(101), line(103), line(101, 'deleted')] }));
    expect(timepoints(read)).toEqual([101, 102, 103]);
    expect(read.events[0]?.type).toBe('changed');
    expect(read).toMatchObject({ letters: [], holes: [] });
  });

  it('makes a letter of a broken line and gives it the place that is left', () => {
    const read = readLines(job({ lines: [line(101), GARBAGE, line(103)] }));
    expect(timepoints(read)).toEqual([101, 103]);
    expect(read.letters).toEqual([
      {
        timepoint: 102,
        resourceUri: null,
        reason: 'unreadable',
        detail: 'the line is not JSON',
        path: null,
        raw: GARBAGE,
      },
    ]);
    expect(read.holes).toEqual([]);
  });

  it('leaves a stray line without a place', () => {
    const read = readLines(job({ lines: [line(101), GARBAGE, line(102), line(103)] }));
    expect(read.letters[0]?.timepoint).toBeNull();
    expect(read.holes).toEqual([]);
  });

  it('passes on declared holes, and finds those that nobody declared', () => {
    const hole = { after: 101, upTo: 102, cause: 'jump', attempts: 3 };
    expect(readLines(job({ lines: [line(101), line(103)], holes: [hole] })).holes).toEqual([hole]);
    const undeclared = readLines(job({ lines: [line(102)], upTo: 105 }));
    expect(undeclared.holes).toEqual([
      { after: 100, upTo: 101, cause: 'unexplained', attempts: 0 },
      { after: 102, upTo: 105, cause: 'unexplained', attempts: 0 },
    ]);
  });

  it('takes repetitions from before the range without finding fault', () => {
    const read = readLines(job({ lines: [line(99), line(100)], upTo: 100 }));
    expect(timepoints(read)).toEqual([99, 100]);
    expect(read.holes).toEqual([]);
  });
});

describe('Timepoint, placing lines without a timepoint,', () => {
  it.each([
    ['between two events', [101, null, null, 104], 104, [101, 102, 103, 104]],
    ['before the first', [null, 102], 102, [101, 102]],
    ['at the end', [101, null], 102, [101, 102]],
    ['nowhere, when there are too many', [101, null, null, 103], 103, [101, null, null, 103]],
    ['nowhere, when there are too few', [101, null, 104], 104, [101, null, 104]],
    ['alone', [null], 101, [101]],
    ['around a repetition', [102, 101, null, 104], 104, [102, 101, 103, 104]],
  ])('puts them %s', (_title, found, upTo, places) => {
    const range = job({ upTo });
    expect(placeLines(found, range)).toEqual(places);
  });
});
