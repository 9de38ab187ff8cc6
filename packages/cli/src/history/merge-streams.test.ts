import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mergeStreams, type Placed } from './merge-streams.ts';

const event = (stream: string, timepoint: number, publishedAt: number | null, receivedAt = 0): Placed => ({
  stream,
  timepoint,
  published_at: publishedAt === null ? null : new Date(publishedAt),
  received_at: new Date(receivedAt),
});
const merged = (events: readonly Placed[]) =>
  mergeStreams(events).map(({ stream, timepoint }) => `${stream} ${timepoint}`);
const drawn = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat({ max: 20 })), {
    selector: ([stream, timepoint]) => `${stream} ${timepoint}`,
  })
  .chain((places) =>
    fc.tuple(
      ...places.map(([stream, timepoint]) =>
        fc
          .tuple(fc.option(fc.nat({ max: 20 })), fc.nat({ max: 20 }))
          .map(([publishedAt, receivedAt]) => event(stream, timepoint, publishedAt, receivedAt)),
      ),
    ),
  );

describe('Timepoint, merging streams for presentation,', () => {
  it('orders by publication across streams and by timepoint within one', () => {
    const events = [event('officers', 7, 10), event('officers', 8, 5), event('filings', 3, 7)];
    expect(merged(events)).toEqual(['filings 3', 'officers 7', 'officers 8']);
  });

  it('never reverses two events of one stream, and loses none', () => {
    fc.assert(
      fc.property(drawn, (events) => {
        const order = mergeStreams(events);
        expect(new Set(order)).toEqual(new Set(events));
        for (const stream of ['a', 'b', 'c']) {
          const timepoints = order.filter((one) => one.stream === stream).map(({ timepoint }) => timepoint);
          expect(timepoints).toEqual(timepoints.toSorted((one, other) => one - other));
        }
      }),
    );
  });

  it('keeps an event without a time of publication behind the one before it', () => {
    const events = [event('a', 1, 10), event('a', 2, null, 99), event('b', 1, 20)];
    expect(merged(events)).toEqual(['a 1', 'a 2', 'b 1']);
  });

  it('uses the time of reception for the first event of a stream without a time of publication', () => {
    expect(merged([event('a', 1, null, 30), event('b', 1, 20)])).toEqual(['b 1', 'a 1']);
  });
});
