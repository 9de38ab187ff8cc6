import { describe, expect, it } from '@jest/globals';
import type { LetterReason } from '../contract/job.ts';
import { parseTimepoint, type Timepoint } from '../contract/timepoint.ts';
import { catalogue } from './catalogue.ts';

const five = parseTimepoint(5) as Timepoint;
const letter = (timepoint: number | null, reason: LetterReason) => ({
  id: 7,
  stream: 'companies',
  timepoint,
  reason,
});

describe('Timepoint, naming the jobs of its queues,', () => {
  it.each([
    ['stream', catalogue.streams.jobId('companies'), 'companies'],
    ['batch', catalogue.events.jobId({ stream: 'companies', after: 100, upTo: 140 }), 'companies-101-140'],
    [
      'batch whose timepoints do not say which lines it has',
      catalogue.events.jobId({ stream: 'companies', after: 100, upTo: 140, digest: 'c0ffee' }),
      'companies-101-140-c0ffee',
    ],
    ['letter', catalogue.deadLetters.jobId(letter(5, 'rejected')), 'companies-5'],
    [
      'letter without a timepoint',
      catalogue.deadLetters.jobId(letter(null, 'unreadable')),
      'companies-letter-7',
    ],
    ['letter beside another', catalogue.deadLetters.jobId(letter(5, 'conflict')), 'companies-letter-7'],
    ['chunk of a file', catalogue.snapshots.jobId({ snapshotId: 3, chunk: 4 }), '3-4'],
    ['rewind', catalogue.rewinds.jobId({ stream: 'companies', timepoint: five }), 'companies-5'],
    ['incident', catalogue.incidents.jobId({ kind: 'hole', stream: null }), 'hole'],
    ['incident of a stream', catalogue.incidents.jobId({ kind: 'hole', stream: 'filings' }), 'hole.filings'],
  ])('gives each %s an id of its own, always the same', (_title, id, expected) => {
    expect(id).toBe(expected);
  });

  it('gives each action another id', () => {
    expect(catalogue.actions.jobId()).not.toBe(catalogue.actions.jobId());
  });

  it('gives each queue another name', () => {
    const names = Object.values(catalogue).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
