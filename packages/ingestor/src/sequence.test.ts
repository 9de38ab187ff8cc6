import { describe, expect, it } from '@jest/globals';
import { EPOCH_STEP } from '@timepoint/shared/contract/epoch';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { MAX_JUMP } from './chain.ts';
import { ConnectionEnded } from './ending.ts';
import { MAX_HELD_BYTES, MAX_HELD_LINES } from './held.ts';
import type { Line } from './lines.ts';
import { type Observer, Sequence, type SequenceStart, sequenced } from './sequence.ts';
import type { AcceptedHole, Step } from './step.ts';

const asLine = (text: string): Line => ({ text, bytes: Buffer.byteLength(text), undecodable: null });
const textOf = (timepoint: number) => JSON.stringify({ event: { timepoint } });
const line = (timepoint: number) => asLine(textOf(timepoint));
const GARBAGE = asLine('{"resource_uri":');
const ERROR = asLine('{"error":"gone"}');
const start = (
  held: number | null,
  accepted: AcceptedHole | null = null,
  more: Partial<SequenceStart> = {},
) => new Sequence({ held: held as Timepoint | null, accepted, ...more });
const takeAll = (sequence: Sequence, taken: readonly (Line | number)[]): Step[] =>
  taken.flatMap((some) => sequence.take(typeof some === 'number' ? line(some) : some));
const kinds = (steps: readonly Step[]) => steps.map((step) => step.kind);
const misnumbered = (timepoint: number) => ({ ...line(timepoint), isMisnumbered: true });
const JUMP = { after: 101, cause: 'jump', attempts: 3 } as const;

describe('Timepoint, following a sequence,', () => {
  it('advances event by event', () => {
    const sequence = start(100);
    expect(takeAll(sequence, [101, 102])).toEqual([
      { kind: 'advance', advance: { lines: [line(101)], upTo: 101 } },
      { kind: 'advance', advance: { lines: [line(102)], upTo: 102 } },
    ]);
    expect(sequence.last).toBe(102);
  });

  it('sees a jump inside the stream', () => {
    expect(takeAll(start(100), [101, 105])[1]).toEqual({
      kind: 'hole',
      after: 101,
      upTo: 104,
      cause: 'jump',
    });
  });

  it('sees a stream that answers but starts late', () => {
    expect(start(100).take(line(103))).toEqual([
      { kind: 'hole', after: 100, upTo: 102, cause: 'late-start' },
    ]);
  });

  it('keeps repetitions without going back, or giving up what waits for its place', () => {
    const sequence = start(100);
    const steps = takeAll(sequence, [101, 102, GARBAGE, 101, 104]);
    expect(steps[3]).toEqual({ kind: 'advance', advance: { lines: [line(101)], upTo: 102 } });
    expect(steps[4]).toEqual({ kind: 'advance', advance: { lines: [GARBAGE, line(104)], upTo: 104 } });
  });

  it('reads past an accepted hole and declares it, as soon as another event follows', () => {
    const steps = takeAll(start(100, JUMP), [101, 105, 106, 109]);
    expect(steps[1]).toEqual({ kind: 'held' });
    expect(steps[2]).toEqual({
      kind: 'advance',
      advance: { lines: [line(105)], upTo: 105, hole: { ...JUMP, upTo: 104 } },
    });
    expect(steps[3]).toMatchObject({ kind: 'advance', advance: { upTo: 106 } });
    expect(steps[4]).toMatchObject({ kind: 'hole', after: 106 });
  });

  it('reads past an accepted hole at a heartbeat, when no event follows', () => {
    const sequence = start(100, JUMP);
    takeAll(sequence, [101, 105]);
    expect(sequence.rest()).toMatchObject([{ kind: 'advance', advance: { upTo: 105, hole: { upTo: 104 } } }]);
    expect(sequence.rest()).toEqual([]);
  });

  it("reports the publisher's error line", () => {
    expect(start(100).take(ERROR)).toEqual([{ kind: 'error-line', message: ERROR.text }]);
  });
});

describe('Timepoint, meeting lines that are no events,', () => {
  it('gives them a place only between two events of one connection', () => {
    const steps = takeAll(start(100), [101, GARBAGE, 103]);
    expect(kinds(steps)).toEqual(['advance', 'held', 'advance']);
    expect(steps[2]).toEqual({ kind: 'advance', advance: { lines: [GARBAGE, line(103)], upTo: 103 } });
    expect(takeAll(start(100), [GARBAGE, 102])[1]).toMatchObject({ kind: 'hole', cause: 'late-start' });
  });

  it('never moves the position by them, however many heartbeats come', () => {
    const sequence = start(100);
    takeAll(sequence, [101, GARBAGE, GARBAGE]);
    expect(sequence.rest()).toEqual([]);
    expect(sequence.last).toBe(101);
    expect(sequence.held).toHaveLength(2);
  });

  it('passes on one that took no place', () => {
    const steps = takeAll(start(100), [101, GARBAGE, 102]);
    expect(steps[2]).toEqual({ kind: 'advance', advance: { lines: [GARBAGE, line(102)], upTo: 102 } });
  });

  it('sees a hole that they do not explain', () => {
    expect(takeAll(start(100), [101, GARBAGE, 105])[2]).toMatchObject({
      kind: 'hole',
      after: 101,
      upTo: 104,
    });
  });

  it('takes too many in a row, or too many bytes, for no stream', () => {
    const many = Array.from({ length: MAX_HELD_LINES + 1 }, () => GARBAGE);
    const steps = takeAll(start(100), [101, ...many]);
    expect(steps.at(-2)).toEqual({ kind: 'held' });
    expect(steps.at(-1)).toEqual({ kind: 'not-a-stream', text: GARBAGE.text });

    const huge = { ...GARBAGE, bytes: MAX_HELD_BYTES };
    const sequence = start(100);
    expect(kinds(takeAll(sequence, [101, huge, GARBAGE]))).toEqual(['advance', 'held', 'not-a-stream']);
    expect(sequence.heldBytes).toBe(MAX_HELD_BYTES);
    expect(takeAll(start(100), [101, huge, 103])[2]).toMatchObject({ advance: { upTo: 103 } });
  });

  it('reads past them after three tries, error lines too, up to the first new event', () => {
    const sequence = start(100, null, { canReadPast: true });
    const steps = takeAll(sequence, [101, ERROR, GARBAGE, 102, ERROR]);
    expect(kinds(steps)).toEqual(['advance', 'held', 'held', 'advance', 'error-line']);
    expect(steps[3]).toEqual({ kind: 'advance', advance: { lines: [ERROR, GARBAGE, line(102)], upTo: 102 } });
  });

  it('does not take an error line for the event that is missing', () => {
    const sequence = start(100, null, { canReadPast: true });
    expect(takeAll(sequence, [101, ERROR, 103])[2]).toMatchObject({ kind: 'hole', after: 101, upTo: 102 });
  });

  it('keeps the first of those that it reads past, and gives none of them a place', () => {
    const many = Array.from({ length: 5 * MAX_HELD_LINES }, () => GARBAGE);
    const sequence = start(100, null, { canReadPast: true });
    expect(new Set(kinds(takeAll(sequence, [101, ...many])))).toEqual(new Set(['advance', 'held']));
    expect(sequence.held).toHaveLength(MAX_HELD_LINES);
    expect(takeAll(sequence, [102])).toMatchObject([{ kind: 'advance', advance: { upTo: 102 } }]);
    expect(sequence.heldBytes).toBe(0);
  });
});

describe('Timepoint, meeting a timepoint that is far too high,', () => {
  const FAR = 1_030_000_000;

  it('takes the line for one without a timepoint when the next event contradicts it', () => {
    const sequence = start(100);
    const steps = takeAll(sequence, [101, 102, FAR, 104, 105]);
    expect(kinds(steps)).toEqual(['advance', 'advance', 'held', 'advance', 'advance']);
    expect(steps[3]).toEqual({
      kind: 'advance',
      advance: { lines: [misnumbered(FAR), line(104)], upTo: 104 },
    });
    expect(sequence.last).toBe(105);
  });

  it('takes back a short jump as well, after the stream was asked again', () => {
    const steps = takeAll(start(100, JUMP), [101, 50_000, 103]);
    expect(kinds(steps)).toEqual(['advance', 'held', 'advance']);
    expect(steps[2]).toEqual({
      kind: 'advance',
      advance: { lines: [misnumbered(50_000), line(103)], upTo: 103 },
    });
  });

  it('asks again for what a long jump leaves out once three events agree with it', () => {
    const steps = takeAll(start(100), [101, FAR, FAR + 1, FAR + 2, FAR + 3]);
    expect(kinds(steps)).toEqual(['advance', 'held', 'held', 'held', 'hole']);
    expect(steps[4]).toMatchObject({ after: 101, upTo: FAR - 1, cause: 'jump' });
  });

  it('reads past an accepted long jump once three events agree with it, and never at a heartbeat', () => {
    const sequence = start(100, JUMP);
    const before = takeAll(sequence, [101, GARBAGE, FAR, FAR + 1, GARBAGE, FAR + 3]);
    expect(kinds(before)).toEqual(['advance', 'held', 'held', 'held', 'held', 'held']);
    expect(sequence.rest()).toEqual([]);
    const steps = takeAll(sequence, [FAR + 4]).filter((step) => step.kind === 'advance');
    expect(steps.map(({ advance }) => [advance.upTo, advance.lines.length])).toEqual([
      [FAR, 2],
      [FAR + 1, 1],
      [FAR + 3, 2],
      [FAR + 4, 1],
    ]);
    expect(steps[0]?.advance.hole).toEqual({ ...JUMP, upTo: FAR - 1 });
  });

  it.each([
    ['near', 40, 1],
    ['far above', 150_040, 3],
  ])('begins a new epoch at an oldest event %s its beginning, as others follow', (_, oldest, others) => {
    const accepted = { after: EPOCH_STEP, cause: 'epoch', attempts: 0 } as const;
    const sequence = start(EPOCH_STEP, accepted);
    const events = Array.from({ length: others + 1 }, (_none, index) => oldest + index);
    const steps = takeAll(sequence, events);
    expect(kinds(steps.slice(0, others))).toEqual(Array.from({ length: others }, () => 'held'));
    expect(steps[others]).toMatchObject({
      kind: 'advance',
      advance: { upTo: EPOCH_STEP + oldest, hole: { ...accepted, upTo: EPOCH_STEP + oldest - 1 } },
    });
    expect(sequence.last).toBe(EPOCH_STEP + oldest + others);
    expect(sequence.look(line(EPOCH_STEP)).kind).toBe('unreadable');
  });

  it('believes none of several that contradict each other', () => {
    const steps = takeAll(start(100), [101, FAR, 7 * FAR, 3 * FAR, 9 * FAR, 102]);
    expect(steps.at(-1)).toEqual({
      kind: 'advance',
      advance: { lines: [...[FAR, 7 * FAR, 3 * FAR, 9 * FAR].map(misnumbered), line(102)], upTo: 102 },
    });
  });

  it('begins a history at an event that others confirm', () => {
    const sequence = start(null);
    expect(kinds(takeAll(sequence, [FAR, FAR + 1, FAR + 2]))).toEqual(['held', 'held', 'held']);
    expect([sequence.last, sequence.candidate]).toEqual([null, FAR]);
    expect(takeAll(sequence, [FAR + 3])).toHaveLength(4);
    expect([sequence.last, sequence.candidate]).toEqual([FAR + 3, null]);
  });

  it('begins no history at one that the next ones contradict', () => {
    const first = 500_000;
    const steps = takeAll(start(null), [FAR, first, first + 1, first + 2, first + 3]).slice(4);
    expect(steps[0]).toEqual({
      kind: 'advance',
      advance: { lines: [misnumbered(FAR), line(first)], upTo: first },
    });
  });

  it('begins a history at once at a low number, or at an event that the publisher delivers again when asked', () => {
    expect(takeAll(start(null), [MAX_JUMP])).toMatchObject([
      { kind: 'advance', advance: { upTo: MAX_JUMP } },
    ]);
    expect(takeAll(start(null), [GARBAGE, 7])[1]).toEqual({
      kind: 'advance',
      advance: { lines: [GARBAGE, line(7)], upTo: 7 },
    });
    const asked = start(null, null, { candidate: FAR as Timepoint });
    expect(takeAll(asked, [FAR])).toMatchObject([{ kind: 'advance', advance: { upTo: FAR } }]);
  });
});

describe('Timepoint, reading a connection as one pipe,', () => {
  const HEARTBEAT = asLine('');

  /** Reads chunks, and then what `after` throws. */
  async function read(chunks: readonly (readonly Line[])[], observers: readonly Observer[], after?: Error) {
    const source = async function* () {
      yield* chunks;
      if (after !== undefined) throw after;
    };
    const advances = sequenced(source(), start(100), observers);
    const upTo: number[] = [];
    let next = await advances.next();
    for (; next.done !== true; next = await advances.next()) upTo.push(next.value.upTo);
    return { upTo, ending: next.value };
  }

  it('yields what is in sequence, and returns why it ended', async () => {
    expect(await read([[line(101)], [HEARTBEAT, line(102)]], [])).toEqual({
      upTo: [101, 102],
      ending: { kind: 'clean' },
    });
    expect(await read([[line(101), line(105), line(102)]], [])).toEqual({
      upTo: [101],
      ending: { kind: 'hole', after: 101, upTo: 104, cause: 'jump' },
    });
  });

  it('returns the ending that the connection or an observer throws, and throws any other error', async () => {
    expect(await read([[line(101)]], [], new ConnectionEnded({ kind: 'idle' }))).toEqual({
      upTo: [101],
      ending: { kind: 'idle' },
    });
    const tooMany: Observer = {
      sawChunk: () => {
        throw new ConnectionEnded({ kind: 'buffer-full' });
      },
    };
    expect(await read([[line(101), line(102)], [line(103)]], [tooMany])).toEqual({
      upTo: [101, 102],
      ending: { kind: 'buffer-full' },
    });
    await expect(read([], [], new Error('a bug'))).rejects.toThrow('a bug');
  });

  it('shows observers each line with its steps, and the end of each chunk', async () => {
    const seen: string[] = [];
    const observer: Observer = {
      saw: (_line, steps) => seen.push(kinds(steps).join()),
      sawChunk: () => seen.push('chunk'),
    };
    await read(
      [
        [line(101), GARBAGE],
        [HEARTBEAT, ERROR],
      ],
      [observer],
    );
    expect(seen).toEqual(['advance', 'held', 'chunk', '', 'error-line']);
  });
});

it('Timepoint ends a connection at two events far below the position, and keeps back the first', () => {
  const sequence = start(22_000_499);
  expect(takeAll(sequence, [17])).toEqual([{ kind: 'held' }]);
  expect(sequence.isInPlace).toBe(false);
  expect(takeAll(sequence, [18])).toEqual([{ kind: 'counted-anew', asked: 22_000_500, seen: [17, 18] }]);
  const stray = start(22_000_499);
  expect(takeAll(stray, [17, 22_000_500])).toMatchObject([
    { kind: 'held' },
    { advance: { lines: [line(17)], upTo: 22_000_499 } },
    { advance: { lines: [line(22_000_500)], upTo: 22_000_500 } },
  ]);
  expect(stray.isInPlace).toBe(true);
});
