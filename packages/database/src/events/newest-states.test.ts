import { describe, expect, it } from '@jest/globals';
import { parseLine, type StreamEvent } from '@timepoint/shared/contract/envelope';
import fc from 'fast-check';
import { foldNewest } from './newest-states.ts';

function event(timepoint: number, company: string, type: 'changed' | 'deleted' = 'changed'): StreamEvent {
  const parsed = parseLine(
    JSON.stringify({ resource_uri: `/company/${company}`, data: {}, event: { timepoint, type } }),
  );
  if (!parsed.isEvent) throw new Error(parsed.broken.detail);
  return parsed.event;
}

describe('Timepoint, folding events,', () => {
  it('keeps the newest event and the newest document of each resource, by URI', () => {
    const events = [
      event(1, 'B0000001'),
      event(2, 'A0000001'),
      event(3, 'B0000001', 'deleted'),
      event(4, 'C0000001', 'deleted'),
    ];
    const [one, two, three] = foldNewest(events);
    expect(one).toEqual({ event: events[1], document: events[1] });
    expect(two).toEqual({ event: events[2], document: events[0] });
    expect(three).toEqual({ event: events[3], document: null });
  });

  it('comes to the same for any order of the events', () => {
    const events = [1, 2, 3, 4, 5, 6].map((timepoint) =>
      event(timepoint, `0000000${timepoint % 2}`, timepoint % 3 ? 'changed' : 'deleted'),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        expect(foldNewest(shuffled)).toEqual(foldNewest(events));
      }),
    );
  });
});
