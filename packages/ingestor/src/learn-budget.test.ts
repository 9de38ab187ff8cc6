import { describe, expect, it } from '@jest/globals';
import type { StreamName } from '@timepoint/shared/contract/streams';
import {
  type BudgetSign,
  type ConnectionBudget,
  wholeBudget,
} from '@timepoint/shared/queues/connection-budget';
import fc from 'fast-check';
import type { Ending } from './ending.ts';
import {
  type Ended,
  isSettled,
  nextBudget,
  type Other,
  signIn,
  withoutReplaced,
  withSign,
} from './learn-budget.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const throttled: Ending = { kind: 'http', status: 429, retryAfterMs: null, body: '' };
const whole = wholeBudget(9, NOW - MINUTE);
const sign = (at = NOW, kind: BudgetSign['kind'] = 'refused'): BudgetSign => ({
  kind,
  stream: 'companies',
  at,
});
const signed = (count: number, before: ConnectionBudget = whole, at = NOW) =>
  Array.from({ length: count }).reduce<ConnectionBudget>((budget) => withSign(budget, sign(at)), before);
const other = (openedAgoMs: number, change: Partial<Other> = {}): Other => ({
  stream: 'filings',
  openedAt: NOW - openedAgoMs,
  endedAt: null,
  ...change,
});
const ended = (change: Partial<Ended> = {}): Ended => ({
  stream: 'companies',
  ending: { kind: 'clean' },
  at: NOW,
  openedAt: NOW - MINUTE,
  endedBefore: null,
  ...change,
});

describe('Timepoint, reading what an ending says of the number of connections,', () => {
  it.each<[string, Partial<Ended>, Other[], ReturnType<typeof signIn>]>([
    ['a 429 while another is open', { ending: throttled, openedAt: null }, [other(MINUTE)], 'refused'],
    ['a 429 while none is open', { ending: throttled, openedAt: null }, [], null],
    [
      'a 429 right after its own connection ended, which may still be counted',
      { ending: throttled, openedAt: null, endedBefore: NOW - 100 },
      [other(MINUTE)],
      null,
    ],
    ['a 503', { ending: { ...throttled, status: 503 }, openedAt: null }, [other(MINUTE)], null],
    ['the end of the oldest when another opened', {}, [other(30_000), other(100)], 'replaced'],
    [
      'the end of the oldest, seen before another was answered',
      { ending: { kind: 'network', message: 'reset' } },
      [other(30_000), other(-900)],
      'replaced',
    ],
    ['the end of one that is not the oldest', {}, [other(2 * MINUTE), other(100)], 'contrary'],
    ['an end while no other opened', {}, [other(30_000)], 'contrary'],
    ['the end of all, however many opened', {}, [other(100, { endedAt: NOW })], 'contrary'],
    [
      'an end that only its own next connection follows',
      {},
      [other(-100, { stream: 'companies' })],
      'contrary',
    ],
    ['the end of an old one', { openedAt: NOW - 11 * MINUTE }, [other(100)], null],
    ['what we closed ourselves', { ending: { kind: 'turn-over' } }, [other(100)], null],
    ['one that was not answered', { openedAt: null }, [other(100)], null],
  ])('takes %s for what it is', (_title, change, others, expected) => {
    expect(signIn(ended(change), others)).toBe(expected);
  });
});

describe('Timepoint, learning how many connections are granted,', () => {
  it('lowers the budget to what is open, five seconds after the third sign', () => {
    expect(nextBudget(signed(2), NOW + 6_000, 2)).toBeNull();
    const three = signed(3);
    expect(isSettled(three, NOW + 4_999)).toBe(false);
    expect(nextBudget(three, NOW + 4_999, 2)).toBeNull();
    expect(nextBudget(three, NOW + 5_000, 2)).toEqual({
      configured: 9,
      allowed: 2,
      changedAt: NOW + 5_000,
      isTrial: false,
      signs: [],
    });
  });

  it('does not wait longer because signs go on', () => {
    const more = [1, 2, 3, 4].reduce(
      (budget, second) => withSign(budget, sign(NOW + second * 1_000)),
      signed(3),
    );
    expect(nextBudget(more, NOW + 5_000, 2)).toMatchObject({ allowed: 2 });
  });

  it('does not count what streams meet that were taken before the budget was lowered', () => {
    const low = { ...whole, allowed: 2, changedAt: NOW };
    expect(withSign(low, sign(NOW - 1_000))).toEqual(low);
    expect(withSign(low, sign(NOW + 4_999))).toEqual(low);
    expect(withSign(low, sign(NOW + 5_000)).signs).toHaveLength(1);
    const trial = { ...low, allowed: 3, isTrial: true };
    expect(withSign(trial, sign(NOW + 1_000)).signs).toHaveLength(1);
  });

  it.each([
    ['as many are open as are allowed', signed(3), 9],
    ['none is open, which counts nothing', signed(3), 0],
  ])('forgets the signs when %s', (_title, budget, open) => {
    expect(nextBudget(budget, NOW + 5_000, open)).toEqual({ ...budget, signs: [] });
  });

  it('does not add up signs that are far apart', () => {
    const apart = [0, 6, 12].reduce((budget, minute) => withSign(budget, sign(NOW + minute * MINUTE)), whole);
    expect(nextBudget(apart, NOW + 13 * MINUTE, 2)).toBeNull();
  });

  it('takes back that the oldest was replaced when connections end for another reason', () => {
    const mixed = withSign(withSign(whole, sign(NOW, 'replaced')), sign());
    expect(withoutReplaced(mixed)?.signs).toEqual([sign()]);
    expect(withoutReplaced(whole)).toBeNull();
  });

  it('tries one more after half an hour without a sign, and one sign ends the trial', () => {
    const low = { ...whole, allowed: 2, changedAt: NOW };
    expect(nextBudget(low, NOW + 29 * MINUTE, 2)).toBeNull();
    const trial = nextBudget(low, NOW + 30 * MINUTE, 2);
    expect(trial).toMatchObject({ allowed: 3, isTrial: true });
    const refused = withSign(trial ?? low, sign(NOW + 31 * MINUTE));
    expect(nextBudget(refused, NOW + 32 * MINUTE, 3)).toMatchObject({ allowed: 2, isTrial: false });
    expect(nextBudget(trial ?? low, NOW + 60 * MINUTE, 3)).toMatchObject({ allowed: 4, isTrial: true });
    const late = withSign(low, sign(NOW + 25 * MINUTE));
    expect(nextBudget(late, NOW + 31 * MINUTE, 2)).toBeNull();
  });

  it('never waits for a moment that a clock ahead wrote', () => {
    const ahead = { ...whole, allowed: 2, changedAt: NOW + 24 * 60 * MINUTE };
    expect(nextBudget(ahead, NOW, 2)).toMatchObject({ allowed: 2, changedAt: NOW });
  });

  it('stays between one and what is set, changes by signs and quiet alone, and comes back up (property)', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 40 * MINUTE }),
      signs: fc.integer({ min: 0, max: 4 }),
      open: fc.integer({ min: 0, max: 12 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(step, { maxLength: 60 }), (configured, steps) => {
        let now = NOW;
        let budget = wholeBudget(configured, now);
        for (const { afterMs, signs, open } of steps) {
          now += afterMs;
          budget = signed(signs, budget, now);
          const before = budget;
          now += 5_000;
          budget = nextBudget(budget, now, open) ?? budget;
          expect(budget.allowed).toBeGreaterThanOrEqual(1);
          expect(budget.allowed).toBeLessThanOrEqual(configured);
          expect(budget.allowed - before.allowed).toBeLessThanOrEqual(1);
          if (budget.allowed < before.allowed) expect(before.signs.length).toBeGreaterThan(0);
        }
        for (let quiet = 0; quiet < 20; quiet += 1) {
          now += 31 * MINUTE;
          budget = nextBudget(budget, now, budget.allowed) ?? budget;
        }
        expect(budget).toMatchObject({ allowed: configured, isTrial: false });
      }),
    );
  });
});

/** A publisher that grants so many connections, in one of its two habits; returns the budget after each second. */
function simulate(granted: number, habit: 'refuses' | 'replaces', names: readonly StreamName[]): number[] {
  let budget = wholeBudget(names.length, NOW);
  let open: { stream: StreamName; openedAt: number }[] = [];
  const allowed: number[] = [];
  for (let second = 0; second < 3 * 3_600; second += 1) {
    const now = NOW + second * 1_000;
    const idle = names.filter((name) => !open.some(({ stream }) => stream === name));
    const stream = idle[second % Math.max(1, idle.length)];
    if (stream !== undefined && open.length < budget.allowed) {
      const isOneTooMany = open.length >= granted;
      const oldest = open[0];
      if (!isOneTooMany || habit === 'replaces') open.push({ stream, openedAt: now });
      if (isOneTooMany && habit === 'replaces') open.shift();
      const victim =
        habit === 'refuses'
          ? ended({ stream, ending: throttled, at: now, openedAt: null })
          : ended({ stream: oldest?.stream ?? stream, at: now, openedAt: oldest?.openedAt ?? null });
      const others = open.map((each) => ({ ...each, endedAt: null }));
      const kind = isOneTooMany ? signIn(victim, others) : null;
      if (kind === 'refused' || kind === 'replaced') budget = withSign(budget, sign(now, kind));
    }
    budget = nextBudget(budget, now, open.length) ?? budget;
    open = open.slice(0, budget.allowed);
    allowed.push(budget.allowed);
  }
  return allowed;
}

describe('Timepoint, with a publisher that grants fewer connections than are set,', () => {
  it.each(['refuses', 'replaces'] as const)(
    'finds the number within a minute and stays within one of it, when one too many %s (property)',
    (habit) => {
      const names: StreamName[] = ['companies', 'filings', 'officers', 'charges', 'company-exemptions'];
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 4 }), (granted) => {
          const allowed = simulate(granted, habit, names);
          expect(allowed[60]).toBe(granted);
          expect(Math.max(...allowed.slice(60))).toBe(granted + 1);
          expect(Math.min(...allowed)).toBe(granted);
          // The trial of one more lasts for seconds, so it is below nearly all of the time.
          expect(allowed.slice(60).filter((each) => each > granted).length).toBeLessThan(120);
        }),
        { numRuns: 8 },
      );
    },
  );
});
