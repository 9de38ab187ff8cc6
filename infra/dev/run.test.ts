import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { execa } from 'execa';

const FILE = join(import.meta.dirname, 'run.mjs');

describe('run.mjs', () => {
  it('runs before anything is installed: it is plain JavaScript that imports only from Node', async () => {
    await execa(process.execPath, ['--check', FILE]);
    const imported = [...readFileSync(FILE, 'utf8').matchAll(/from '([^']+)'/g)].map(([, name]) => name);
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([]);
  });

  it('prints its usage, with exit code 2', async () => {
    const { exitCode, stderr } = await execa(process.execPath, [FILE, 'dance'], { reject: false });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('start|test|bench');
  });
});
