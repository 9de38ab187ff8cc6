import { describe, expect, it } from '@jest/globals';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import fc from 'fast-check';
import { type Batch, jobIdOf } from './batch.ts';
import type { Line } from './lines.ts';
import { Collector } from './publisher.ts';
import type { Advance } from './step.ts';

const asLine = (text: string): Line => ({ text, bytes: Buffer.byteLength(text), undecodable: null });
const at = (upTo: number, lines = [`line ${upTo}`]): Advance => ({
  lines: lines.map(asLine),
  upTo: upTo as Timepoint,
});
const collect = (after: number, advances: readonly Advance[]) => {
  const collector = new Collector(after as Timepoint);
  for (const advance of advances) collector.add(advance, 1000 + advance.upTo);
  return collector;
};
const takeAll = (collector: Collector) => {
  const batches: Batch[] = [];
  for (let batch = collector.take(); batch !== null; batch = collector.take()) batches.push(batch);
  return batches;
};

describe('Timepoint, forming batches,', () => {
  it('puts one waiting event into a batch of its own', () => {
    expect(takeAll(collect(100, [at(101)]))).toEqual([
      {
        after: 100,
        upTo: 101,
        lines: ['line 101'],
        holes: [],
        undecodable: [],
        misnumbered: [],
        bytes: 8,
        receivedAt: 1101,
        isRegular: true,
      },
    ]);
  });

  it('loses no line and leaves no gap, within 500 events and 256 KB', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 1200 });
    fc.assert(
      fc.property(sizes, (lengths) => {
        const collector = collect(
          0,
          lengths.map((length, index) => at(index + 1, ['x'.repeat(length)])),
        );
        const batches = takeAll(collector);
        expect(collector.bytes).toBe(0);
        expect(batches.flatMap((batch) => batch.lines.map((line) => line.length))).toEqual(lengths);
        expect(batches.map((batch) => batch.after)).toEqual([
          0,
          ...batches.map((batch) => batch.upTo).slice(0, -1),
        ]);
        for (const { lines } of batches) {
          expect(lines.length).toBeLessThanOrEqual(500);
          expect(lines.join('').length).toBeLessThanOrEqual(256 * 1024);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('sends a line alone that is longer than a batch', () => {
    const sizes = takeAll(collect(0, [at(1), at(2, ['x'.repeat(400_000)]), at(3)])).map(
      (batch) => batch.lines.length,
    );
    expect(sizes).toEqual([1, 1, 1]);
  });

  it('counts the bytes that wait, not the characters', () => {
    expect(collect(0, [at(1, ['éé'])]).bytes).toBe(4);
  });

  it('lets go of what it has given out', () => {
    const collector = new Collector(0 as Timepoint);
    // As a catch-up: more comes in before all is published, so that the queue is never empty.
    let published = 0;
    let longest = 0;
    for (let timepoint = 1; timepoint <= 200_000; timepoint += 1) {
      collector.add(at(timepoint), 0);
      if (timepoint % 500 === 0 && timepoint > 500) published += collector.take()?.lines.length ?? 0;
      longest = Math.max(longest, collector.length);
    }
    expect(published).toBe(199_500);
    expect(longest).toBeLessThanOrEqual(1_000);
    expect(collector.length).toBe(500);
  });

  it('says which lines are no UTF-8, with their bytes, and which are misnumbered', () => {
    const broken = { text: '\ufffd', bytes: 7, undecodable: '6Q==' };
    const [batch] = takeAll(
      collect(100, [
        at(101),
        { lines: [{ ...asLine('far'), isMisnumbered: true }, broken], upTo: 103 as Timepoint },
      ]),
    );
    expect(batch).toMatchObject({
      lines: ['line 101', 'far', '\ufffd'],
      undecodable: [{ index: 2, bytes: '6Q==' }],
      misnumbered: [1],
      bytes: 8 + 3 + 7,
    });
  });

  it('carries declared holes', () => {
    const hole = { after: 101 as Timepoint, upTo: 104 as Timepoint, cause: 'jump', attempts: 3 } as const;
    const [batch] = takeAll(collect(101, [{ ...at(105), hole }]));
    expect(batch).toMatchObject({ after: 101, upTo: 105, holes: [hole], isRegular: false });
  });

  it('names a batch by its stream, first and last timepoint', () => {
    const [batch] = takeAll(collect(100, [at(101), at(102)]));
    expect(batch && jobIdOf('companies', batch)).toBe('companies-101-102');
  });

  it('never gives two batches with different lines the same name', () => {
    const [first] = takeAll(collect(100, [at(101), at(101, ['again'])]));
    const [second] = takeAll(collect(100, [at(101), at(101, ['other'])]));
    const ids = [first, second].map((batch) => (batch ? jobIdOf('companies', batch) : ''));
    expect(ids[0]).toMatch(/^companies-101-101-[0-9a-f]{16}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });
});
