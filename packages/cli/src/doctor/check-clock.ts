import { bad, type Check, good } from './check.ts';

/** The largest accepted difference, in ms. Lags, limits and times of the audit are wrong by the difference. */
const MAX_SKEW_MS = 2_000;

/** A clock, and how far it is ahead of the clock of this machine, in ms. */
export interface Clock {
  readonly of: string;
  readonly aheadMs: number;
}

/** Whether this machine and the stores agree on the time. */
export function checkClock(clocks: readonly Clock[]): Check {
  if (clocks.length === 0)
    return bad('unknown', 'clock', 'no store to compare it with', 'repair the stores first');
  const wrong = clocks.filter(({ aheadMs }) => Math.abs(aheadMs) > MAX_SKEW_MS);
  if (wrong.length === 0) {
    const most = Math.max(...clocks.map(({ aheadMs }) => Math.abs(aheadMs)));
    return good('clock', `within ${Math.ceil(most)} ms of ${clocks.map(({ of }) => of).join(' and ')}`);
  }
  const texts = wrong.map(({ of, aheadMs }) => {
    const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
    return `${of} is ${seconds} s ${aheadMs > 0 ? 'ahead' : 'behind'}`;
  });
  return bad('warning', 'clock', texts.join(', '), 'run a time service, such as chrony, on all machines');
}
