import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MAX_BATCH_BYTES } from '@timepoint/shared/contract/job';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { batchWithoutPlace } from './batch.ts';
import { Held, MAX_HELD_BYTES, MAX_HELD_LINES } from './held.ts';
import { type Line, LineSplitter } from './lines.ts';
import { Collector } from './publisher.ts';

const NEWLINE = Buffer.from('\n');

/** Lines of random bytes, which no compression makes shorter and of which most are no UTF-8. */
function randomLines(count: number, bytes: number): Line[] {
  const chunks = Array.from({ length: count }, () => {
    const noise = randomBytes(bytes).map((byte) => (byte === 0x0a || byte === 0x0d ? 0xff : byte));
    return Buffer.concat([noise, NEWLINE]);
  });
  return new LineSplitter().push(Buffer.concat(chunks));
}

/** What a line takes up in a job, with its escapes, the bytes as they came and the place of them. */
const jsonBytes = ({ text, undecodable }: Line) =>
  Buffer.byteLength(JSON.stringify({ text, undecodable: { index: 0, bytes: undecodable } }));

describe('Timepoint, sent random bytes,', () => {
  it('counts of a line at least half of what it takes up in a queue', () => {
    for (const size of [100, 10_000, 200_000])
      for (const line of randomLines(3, size)) {
        expect(line.undecodable).not.toBeNull();
        expect(jsonBytes(line)).toBeLessThanOrEqual(2 * line.bytes + 100);
      }
    const [controls] = new LineSplitter().push(Buffer.alloc(10_001, 1).fill('\n', 10_000));
    expect(controls?.bytes).toBeGreaterThanOrEqual(6 * 10_000);
  });

  it('keeps a batch below its bound in bytes', () => {
    const collector = new Collector(0 as Timepoint);
    randomLines(300, 5_000).forEach((line, index) => {
      collector.add({ lines: [line], upTo: (index + 1) as Timepoint }, 0);
    });
    let batches = 0;
    for (let batch = collector.take(); batch !== null; batch = collector.take()) {
      const { lines, undecodable } = batch;
      expect(Buffer.byteLength(JSON.stringify({ lines, undecodable }))).toBeLessThan(2 * MAX_BATCH_BYTES);
      batches += 1;
    }
    expect(batches).toBeGreaterThan(300 / 100);
    expect(collector.bytes).toBe(0);
  });

  it('keeps lines without a place below their bound in bytes', () => {
    const held = new Held();
    const big = randomLines(12, MAX_HELD_BYTES / 16);
    const taken = big.map((line) => held.add({ line, timepoint: null, isError: false }, true));
    expect(taken).toEqual(big.map(() => true));
    expect(held.lines.length).toBeLessThan(big.length);
    expect(held.lines.length).toBeLessThan(MAX_HELD_LINES);
    expect(held.bytes).toBe(held.lines.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(held.bytes).toBeLessThanOrEqual(MAX_HELD_BYTES);
    const { lines, undecodable } = batchWithoutPlace(1 as Timepoint, held.lines, 0);
    expect(Buffer.byteLength(JSON.stringify({ lines, undecodable }))).toBeLessThan(2 * MAX_HELD_BYTES);
  });

  it('does not keep what it may not leave out', () => {
    const held = new Held();
    const [first, second] = randomLines(2, MAX_HELD_BYTES / 5) as [Line, Line];
    expect(held.add({ line: first, timepoint: null, isError: false }, false)).toBe(true);
    expect(held.add({ line: second, timepoint: null, isError: false }, false)).toBe(false);
    expect(held.bytes).toBe(first.bytes);
  });
});
