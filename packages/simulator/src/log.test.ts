import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLog } from './log.ts';

const FOR_EVER = { events: Number.POSITIVE_INFINITY, ms: Number.POSITIVE_INFINITY };
const LONG_LINE = 'ŵ'.repeat(400_000);

describe("Timepoint's simulator keeps a log that", () => {
  it('reads every line of any size from any position', () => {
    const lines = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(LONG_LINE)), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(lines, fc.nat(), fc.nat({ max: 3_000_000 }), (appended, position, maxBytes) => {
        const log = createLog(100, FOR_EVER);
        for (const line of appended) log.append(line, 0);
        let from = 100 + (position % appended.length);
        const expected = appended
          .slice(from - 100)
          .map((line) => `${line}\n`)
          .join('');
        let read = '';
        while (from <= log.newest) {
          const { bytes, upTo } = log.read(from, maxBytes);
          read += bytes.toString();
          from = upTo + 1;
        }
        expect(read).toBe(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('is empty at first and reports that', () => {
    const log = createLog(100, FOR_EVER);
    expect([log.oldest, log.newest]).toEqual([100, 99]);
    expect(() => log.line(100)).toThrow('the log holds 100 to 99, not 100');
  });

  it('drops the oldest lines beyond its number of events', () => {
    const log = createLog(1, { events: 3, ms: Number.POSITIVE_INFINITY });
    for (const line of ['a', 'b', 'c', 'd', 'e']) log.append(line, 0);
    log.trim(0);
    expect([log.oldest, log.newest]).toEqual([3, 5]);
    expect(log.line(3).toString()).toBe('c\n');
    expect(() => log.line(2)).toThrow(RangeError);
  });

  it('drops the lines beyond its age, in the end all of them, and continues', () => {
    const log = createLog(1, { events: Number.POSITIVE_INFINITY, ms: 1_000 });
    log.append('a', 0);
    log.append('b', 500);
    log.trim(1_001);
    expect([log.oldest, log.newest]).toEqual([2, 2]);
    log.trim(9_000);
    expect([log.oldest, log.newest]).toEqual([3, 2]);
    log.append('c', 9_000);
    expect(log.line(3).toString()).toBe('c\n');
  });

  it('counts every byte ever appended', () => {
    const log = createLog(1, { events: 1, ms: 1 });
    log.append('a', 0);
    log.append('ŵ', 0);
    log.trim(0);
    expect(log.appendedBytes).toBe(5);
  });
});
