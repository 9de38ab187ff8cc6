import { describe, expect, it } from '@jest/globals';
import { asError, ConfigError, TimepointError } from './errors.ts';
import { closeAll } from './lifecycle.ts';

describe('Timepoint, failing,', () => {
  it('gives errors a code and says whether trying again can help', () => {
    const error = new TimepointError('store-down', 'the store is down', { retryable: true, cause: 'x' });
    expect(error).toMatchObject({ code: 'store-down', retryable: true, cause: 'x' });
    expect(new ConfigError(['A: is not set'])).toMatchObject({ code: 'config', retryable: false });
  });

  it('makes an error of whatever was thrown', () => {
    const error = new Error('real');
    expect(asError(error)).toBe(error);
    expect(asError('text').message).toBe('text');
  });

  it('closes everything in reverse order and then throws the first failure', async () => {
    const closed: string[] = [];
    const part = (name: string, error?: Error) => ({
      close: async () => {
        closed.push(name);
        if (error) throw error;
      },
    });
    await expect(
      closeAll([part('first'), part('second', new Error('stuck')), part('third')]),
    ).rejects.toThrow('stuck');
    expect(closed).toEqual(['third', 'second', 'first']);
  });
});
