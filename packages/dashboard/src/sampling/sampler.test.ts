import { afterEach, describe, expect, it } from '@jest/globals';
import { type Sampler, startSampler } from './sampler.ts';

let sampler: Sampler<number>;
afterEach(() => sampler.close());

/** Counts its samples. */
function start(watchedMs: number, idleMs: number) {
  let taken = 0;
  sampler = startSampler({
    take: async () => {
      taken += 1;
      return taken;
    },
    onFailure: () => undefined,
    watchedMs,
    idleMs,
  });
  return { taken: () => taken };
}

const open = () => {
  const gone = new AbortController();
  return { gone, views: sampler.follow(gone.signal) };
};

describe('Timepoint, looked at,', () => {
  it('takes one sample for all who look', async () => {
    const { taken } = start(20, 1_000_000);
    const all = [open(), open(), open()];
    const seen = await Promise.all(
      all.map(async ({ views }) => {
        const numbers: number[] = [];
        for await (const view of views) if (numbers.push(view) === 4) break;
        return numbers;
      }),
    );
    expect(taken()).toBeLessThan(9);
    for (const numbers of seen) expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    expect(sampler.followers()).toBe(0);
  });

  it('samples at once for a new follower, and rests without followers', async () => {
    const { taken } = start(10, 1_000_000);
    expect(await sampler.fresh()).toBeGreaterThan(0);
    const before = taken();
    const { views, gone } = open();
    for await (const view of views) if (view > before + 3) gone.abort();
    expect(sampler.followers()).toBe(0);
    expect(await sampler.fresh()).toBe(taken());
  });

  it('outlives samples that fail, reports each, and shows the next', async () => {
    const failures: string[] = [];
    let taken = 0;
    sampler = startSampler({
      take: async () => {
        taken += 1;
        if (taken % 2 === 1) throw new Error(`no sample ${taken}`);
        return taken;
      },
      onFailure: ({ message }) => failures.push(message),
      watchedMs: 10,
      idleMs: 1_000_000,
    });
    await expect(sampler.fresh()).rejects.toThrow('no sample 1');
    expect(await sampler.fresh()).toBe(2);
    await expect(sampler.fresh()).rejects.toThrow('no sample 3');
    const { views, gone } = open();
    const seen: number[] = [];
    for await (const view of views) if (seen.push(view) === 3) gone.abort();
    expect(seen).toEqual([2, 4, 6]);
    expect(failures).toEqual(['no sample 1', 'no sample 3', 'no sample 5']);
  });

  it('ends what follows when it is closed', async () => {
    start(10, 10);
    const { views } = open();
    const ended = (async () => {
      for await (const _view of views);
      return 'ended';
    })();
    await sampler.close();
    expect(await ended).toBe('ended');
    expect(await sampler.fresh()).toBeNull();
  });
});
