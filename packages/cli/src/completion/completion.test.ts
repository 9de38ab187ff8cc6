import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { startCommand } from '../test-command-line.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const isThere = (shell: string) => spawnSync(shell, ['--version']).status === 0;

let folder: string;
const scripts = new Map<string, string>();
const fileOf = (shell: string) => join(folder, `timepoint.${shell}`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timepoint-completion-'));
  for (const shell of SHELLS) {
    const { printed } = await startCommand(`completion ${shell}`, '').ended;
    scripts.set(shell, printed);
    await writeFile(fileOf(shell), printed);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** The completions of bash for the last word. */
function complete(...words: string[]): string[] {
  const line = ['timepoint', ...words].map((word) => `'${word}'`).join(' ');
  const driver = `source ${fileOf('bash')}; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _timepoint
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', driver], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((word) => word !== '');
}

describe('Timepoint, completed by a shell,', () => {
  it.each(SHELLS)('gives %s every command, option and stream', (shell) => {
    const script = scripts.get(shell);
    for (const word of ['status', 'doctor', 'rewind', 'import', 'replay', ...STREAM_NAMES]) {
      expect(script).toContain(word);
    }
    expect(script).toMatch(shell === 'fish' ? / -l max-rejects / : /--max-rejects/);
  });

  it.each(SHELLS.filter(isThere))('has a script that %s can read', (shell) => {
    const { status, stderr } = spawnSync(shell, ['-n', fileOf(shell)], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('completes commands, and those below them', () => {
    expect(complete('re')).toEqual(['rewind', 'rebuild']);
    expect(complete('snapshot', '')).toEqual(['import', 'list', 'show', '--help']);
    expect(complete('dead-letters', 're')).toEqual(['replay']);
  });

  it('completes options, but not those of other commands', () => {
    expect(complete('status', '--')).toEqual(['--json', '--watch', '--help']);
    expect(complete('--')).toEqual(['--version', '--help']);
  });

  it('completes streams, as arguments and as values of options', () => {
    expect(complete('rewind', 'co')).toEqual(['companies', 'company-exemptions']);
    expect(complete('verify', '--stream', 'char')).toEqual(['charges']);
    expect(complete('tail', '--stream', '=', 'off')).toEqual(['officers']);
    expect(complete('tail', '--stream', '=')).toEqual(STREAM_NAMES);
  });

  it('offers nothing where the value is free', () => {
    expect(complete('history', '--since', '')).toEqual([]);
    expect(complete('snapshot', 'import', 'Basic')).toEqual([]);
  });
});
