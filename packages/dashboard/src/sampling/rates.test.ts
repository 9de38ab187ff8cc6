import { describe, expect, it } from '@jest/globals';
import { hourlyActivity, ratesOf, recent, type Standing } from './rates.ts';

const standing = (at: number, companies: number): Standing => ({
  at,
  newest: new Map([['companies', companies]]),
});

describe('Timepoint, watching streams move,', () => {
  it('computes events per second over the last ten seconds', () => {
    let history: readonly Standing[] = [];
    for (let second = 0; second <= 30; second += 1) {
      const at = second * 1000;
      history = recent([...history, standing(at, 100 + second * 7)], at);
    }
    expect(history).toHaveLength(11);
    expect(ratesOf(history).get('companies')).toBe(7);
  });

  it('keeps one standing before the window, however long ago', () => {
    const history = recent([standing(0, 100), standing(50_000, 150), standing(100_000, 250)], 100_000);
    expect(history).toHaveLength(2);
    expect(ratesOf(history).get('companies')).toBe(2);
  });

  it('computes no rate from one sample, nor for a stream that was not there before', () => {
    expect(ratesOf([]).size).toBe(0);
    expect(ratesOf([standing(0, 1)]).size).toBe(0);
    expect(ratesOf([{ at: 0, newest: new Map() }, standing(1000, 5)]).size).toBe(0);
  });

  it('computes the last hour minute by minute, and leaves gaps where it lacks data', () => {
    const at = Date.parse('2026-11-24T12:00:30Z');
    const minute = (time: string, newest_timepoint: number | null) => ({
      stream: 'companies',
      second: Date.parse(`2026-11-24T${time}:00Z`) / 1000,
      newest_timepoint,
    });
    const rows = [minute('11:00', 0), minute('11:01', 60), minute('11:58', 600), minute('11:59', 1200)];
    const { from, perSecond } = hourlyActivity([...rows, minute('12:00', 1320)], at).get('companies') ?? {};
    expect(from).toBe(Date.parse('2026-11-24T11:00:00Z') / 1000);
    expect(perSecond).toHaveLength(60);
    expect(perSecond?.slice(0, 3)).toEqual([1, null, null]);
    expect(perSecond?.slice(-3)).toEqual([null, 10, 2]);
  });
});
