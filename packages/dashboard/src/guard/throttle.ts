// The throttle makes guessing slow: after ten wrong passwords an address is refused for a minute, even with the right one,
// so that a guess in that time reveals nothing. Example: the eleventh try of a minute gets 429 and Retry-After.
import { isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';

const MAX_FAILURES = 10;
/** How long failures are counted, and how long a block lasts, in ms. */
const WINDOW_MS = 60_000;
/** The number of addresses that are remembered. Beyond it the least recently seen one is forgotten. */
const MAX_ADDRESSES = 10_000;

/**
 * Counts wrong passwords by address, in bounded memory. A right one does not clear the count: a person with the password
 * to view could otherwise guess at the other without end.
 */
export interface Throttle {
  /** How long this address must wait, in ms; 0 when it may try. */
  blockedFor(address: string): number;
  /** Notes a wrong password. */
  noteFailure(address: string): void;
}

interface Failures {
  readonly count: number;
  readonly until: number;
}

/** Creates a throttle; `now` is in ms since the epoch. */
export function createThrottle(now: () => number = Date.now): Throttle {
  const failures = new LRUCache<string, Failures>({ max: MAX_ADDRESSES });
  const current = (address: string): Failures => {
    const known = failures.get(sourceOf(address));
    return known !== undefined && known.until > now() ? known : { count: 0, until: now() + WINDOW_MS };
  };
  return {
    blockedFor: (address) => {
      const { count, until } = current(address);
      return count >= MAX_FAILURES ? until - now() : 0;
    },
    noteFailure: (address) => {
      const { count, until } = current(address);
      const isLast = count + 1 >= MAX_FAILURES;
      failures.set(sourceOf(address), { count: count + 1, until: isLast ? now() + WINDOW_MS : until });
    },
  };
}

/** What counts as one source: an IPv4 address, or the /64 network of IPv6 in which a machine can choose its address. */
export function sourceOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...last];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
