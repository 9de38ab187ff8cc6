import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { describeCommands } from './describe-commands.ts';

describe('Timepoint, documented,', () => {
  it('shows the help of every command as it is (node infra/dev/generate/dump-commands.ts writes it)', async () => {
    expect(await readFile(new URL('../../../docs/cli.md', import.meta.url), 'utf8')).toBe(describeCommands());
  });

  it('gives every command its exit codes and an example', () => {
    const [, , ...commands] = describeCommands().split('\n## ');
    expect(commands.length).toBeGreaterThan(15);
    for (const help of commands) {
      expect(help).toMatch(/\nExit code:\n {2}0 {2}.*\n {2}1 {2}.*\n {2}2 {2}wrong usage or settings\n/);
      expect(help).toMatch(/\nExamples:\n {2}\S/);
    }
  });
});
