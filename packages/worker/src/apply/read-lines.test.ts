import { describe, expect, it } from '@jest/globals';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
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

  it('passes on declared holes, and finds those that were not declared', () => {
    const hole = { after: 101, upTo: 102, cause: 'jump', attempts: 3 };
    expect(readLines(job({ lines: [line(101), line(103)], holes: [hole] })).holes).toEqual([hole]);
    const undeclared = readLines(job({ lines: [line(102)], upTo: 105 }));
    expect(undeclared.holes).toEqual([
      { after: 100, upTo: 101, cause: 'unexplained', attempts: 0 },
      { after: 102, upTo: 105, cause: 'unexplained', attempts: 0 },
    ]);
  });

  it('makes a letter of a line whose timepoint the ingestor contradicts, in the place that is left', () => {
    const read = readLines(job({ lines: [line(101), line(1_020_000), line(103)], misnumbered: [1] }));
    expect(timepoints(read)).toEqual([101, 103]);
    expect(read.letters).toMatchObject([
      {
        timepoint: 102,
        resourceUri: '/company/00001020000',
        reason: 'envelope',
        detail: 'event.timepoint: the events around it contradict its timepoint',
        raw: line(1_020_000),
      },
    ]);
    expect(read.holes).toEqual([]);
  });

  it('finds no gap in a job of lines that have no place', () => {
    const read = readLines(job({ after: 101, upTo: 101, lines: [GARBAGE, line(102)], misnumbered: [1] }));
    expect(read.letters.map(({ timepoint }) => timepoint)).toEqual([null, null]);
    expect([read.events, read.holes]).toEqual([[], []]);
  });

  it('accepts repetitions from before the range', () => {
    const read = readLines(job({ lines: [line(99), line(100)], upTo: 100 }));
    expect(timepoints(read)).toEqual([99, 100]);
    expect(read.holes).toEqual([]);
  });
});

describe('Timepoint, placing lines without a timepoint,', () => {
  it.each([
    ['between two events', [101, null, null, 104], 104, [101, 102, 103, 104]],
    ['before the first', [null, 102], 102, [101, 102]],
    ['nowhere behind the last event', [101, null], 102, [101, null]],
    ['nowhere, when there are too many', [101, null, null, 103], 103, [101, null, null, 103]],
    ['nowhere, when there are too few', [101, null, 104], 104, [101, null, 104]],
    ['nowhere without any event', [null], 101, [null]],
    ['around a repetition', [102, 101, null, 104], 104, [102, 101, 103, 104]],
  ])('puts them %s', (_title, found, upTo, places) => {
    const range = job({ upTo });
    expect(placeLines(found, range)).toEqual(places);
  });

  it('gives none a place that the ingestor declared a hole', () => {
    const holes = [{ after: 101, upTo: 102, cause: 'jump', attempts: 3 }];
    expect(placeLines([101, null, 103], job({ upTo: 103, holes }))).toEqual([101, null, 103]);
    expect(
      placeLines([101, null, 103], job({ upTo: 103, holes: [{ ...holes[0], after: 90, upTo: 101 }] })),
    ).toEqual([101, 102, 103]);
  });
});
