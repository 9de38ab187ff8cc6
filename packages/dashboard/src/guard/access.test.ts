import { describe, expect, it } from '@jest/globals';
import { accessOf } from './access.ts';

const PASSWORDS = { operate: 'correct horse', view: 'battery staple' };

describe('Timepoint, given a name and a password,', () => {
  it('knows who may operate and who may view, by the password alone', () => {
    expect(accessOf(PASSWORDS, 'ada', 'correct horse')).toEqual({ role: 'operate', who: 'ada (dashboard)' });
    expect(accessOf(PASSWORDS, 'bob', 'battery staple')).toEqual({ role: 'view', who: 'bob (dashboard)' });
    expect(accessOf(PASSWORDS, ' ', 'battery staple')?.who).toBe('unnamed (dashboard)');
    expect(accessOf(PASSWORDS, 'x'.repeat(500), 'correct horse')?.who).toHaveLength(72);
  });

  it.each(['', 'correct', 'correct horse ', 'Correct horse', 'undefined'])('refuses %j', (password) => {
    expect(accessOf(PASSWORDS, 'ada', password)).toBeNull();
    expect(accessOf({ operate: 'correct horse', view: undefined }, 'ada', password)).toBeNull();
  });
});
