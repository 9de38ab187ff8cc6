import { describe, expect, it } from '@jest/globals';
import { createThrottle, sourceOf } from './throttle.ts';

function open() {
  let now = 1_000_000;
  const throttle = createThrottle(() => now);
  const fail = (address: string, times: number) => {
    for (let count = 0; count < times; count += 1) throttle.noteFailure(address);
  };
  return {
    throttle,
    fail,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('Timepoint, whose password is guessed at,', () => {
  it('blocks an address for a minute after ten wrong ones, and no other', () => {
    const { throttle, fail, pass } = open();
    fail('192.0.2.1', 9);
    expect(throttle.blockedFor('192.0.2.1')).toBe(0);
    pass(30_000);
    fail('192.0.2.1', 1);
    expect(throttle.blockedFor('192.0.2.1')).toBe(60_000);
    expect(throttle.blockedFor('192.0.2.2')).toBe(0);
    pass(59_999);
    expect(throttle.blockedFor('192.0.2.1')).toBe(1);
    pass(1);
    expect(throttle.blockedFor('192.0.2.1')).toBe(0);
  });

  it('counts only those of the last minute', () => {
    const { throttle, fail, pass } = open();
    fail('192.0.2.1', 9);
    pass(60_000);
    fail('192.0.2.1', 9);
    expect(throttle.blockedFor('192.0.2.1')).toBe(0);
  });

  it('takes a network of IPv6, in which a machine has any address, for one source', () => {
    const { throttle, fail } = open();
    for (let host = 0; host < 10; host += 1) fail(`2001:db8:1:2::${host}`, 1);
    expect(throttle.blockedFor('2001:db8:1:2:ffff::1')).toBeGreaterThan(0);
    expect(throttle.blockedFor('2001:db8:1:3::1')).toBe(0);
  });

  it('remembers 10,000 addresses and no more', () => {
    const { throttle, fail } = open();
    fail('192.0.2.1', 10);
    for (let count = 0; count < 10_000; count += 1) fail(`10.0.${count >> 8}.${count & 255}`, 1);
    expect(throttle.blockedFor('192.0.2.1')).toBe(0);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['2001:0DB8:0000:0001:2:3:4:5', '2001:db8:0:1'],
  ])('knows the source %s as %s', (address, source) => {
    expect(sourceOf(address)).toBe(source);
  });
});
