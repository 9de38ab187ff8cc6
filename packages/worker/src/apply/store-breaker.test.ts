import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openStoreBreaker } from './store-breaker.ts';

const outage = () => Promise.reject(new Error('connect ECONNREFUSED'));
const dataError = () =>
  Promise.reject(Object.assign(new pg.DatabaseError('bad', 3, 'error'), { code: '22P02' }));

function openWatched(probe: () => Promise<unknown>) {
  const opened = Promise.withResolvers<unknown>();
  const closed = Promise.withResolvers<void>();
  const breaker = openStoreBreaker({ probe, onOpen: opened.resolve, onClose: closed.resolve });
  return { breaker, opened: opened.promise, closed: closed.promise };
}

const fail = async (
  breaker: ReturnType<typeof openStoreBreaker>,
  work: () => Promise<never>,
  times: number,
) => {
  for (let time = 0; time < times; time++) await breaker.execute(work).catch(() => undefined);
};

describe('Timepoint, guarding the store,', () => {
  it('opens after three store errors in a row and closes when the store answers', async () => {
    let isBack = false;
    const { breaker, opened, closed } = openWatched(() => (isBack ? Promise.resolve() : outage()));
    await fail(breaker, outage, 2);
    expect(breaker.isOpen()).toBe(false);
    await fail(breaker, outage, 1);
    expect(await opened).toEqual(new Error('connect ECONNREFUSED'));
    expect(breaker.isOpen()).toBe(true);
    await expect(breaker.execute(() => Promise.resolve('late'))).rejects.toThrow();
    isBack = true;
    await closed;
    expect(breaker.isOpen()).toBe(false);
    expect(await breaker.execute(() => Promise.resolve('on time'))).toBe('on time');
    breaker.close();
  });

  it('stays closed for errors of the data', async () => {
    const { breaker } = openWatched(outage);
    await fail(breaker, dataError, 10);
    expect(breaker.isOpen()).toBe(false);
    breaker.close();
  });
});
