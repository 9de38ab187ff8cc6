import { describe, expect, it } from '@jest/globals';
import type { Ending } from './ending.ts';
import { canReadPast, nextStuck, type Outcome, type Stuck } from './stuck.ts';

const ERROR_LINE: Ending = { kind: 'error-line', message: '' };
const outcome = (ending: Ending, more: Partial<Outcome> = {}): Outcome => ({
  ending,
  events: 0,
  hasUnplaced: false,
  hasRecorded: false,
  ...more,
});
const after = (outcomes: readonly Outcome[]) =>
  outcomes.reduce<Stuck | null>((stuck, next) => nextStuck(next, stuck), null);

describe('Timepoint, meeting the same line at every connection,', () => {
  it('reads past it at the third', () => {
    expect(canReadPast(null)).toBe(false);
    expect(canReadPast(after([outcome(ERROR_LINE)]))).toBe(false);
    expect(canReadPast(after([outcome(ERROR_LINE), outcome(ERROR_LINE)]))).toBe(true);
  });

  it('counts whatever ends at a line that is no event, and not what we closed ourselves', () => {
    const held = { hasUnplaced: true };
    expect(
      after([
        outcome({ kind: 'not-a-stream', text: '' }),
        outcome({ kind: 'clean' }, held),
        outcome({ kind: 'network', message: '' }, held),
      ]),
    ).toMatchObject({ tries: 3 });
    expect(after([outcome({ kind: 'clean' }), outcome({ kind: 'high-water' }, held)])).toBeNull();
  });

  it('counts on through a connection that did not come so far, and anew once something new was read', () => {
    const network = outcome({ kind: 'network', message: '' });
    expect(after([outcome(ERROR_LINE), network, outcome(ERROR_LINE)])).toMatchObject({ tries: 2 });
    expect(after([outcome(ERROR_LINE), outcome({ kind: 'clean' }, { events: 1 })])).toBeNull();
    expect(after([outcome(ERROR_LINE), outcome(ERROR_LINE, { events: 1 })])).toMatchObject({ tries: 1 });
  });

  it('remembers that it is on record as long as nothing new is read', () => {
    const page = outcome({ kind: 'not-a-stream', text: '' });
    const recorded = after([page, page, { ...page, hasRecorded: true }, page, page]);
    expect(recorded).toEqual({ tries: 5, isRecorded: true });
    expect(nextStuck({ ...page, events: 2 }, recorded)).toEqual({ tries: 1, isRecorded: false });
  });
});
