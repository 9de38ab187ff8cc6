import { describe, expect, it } from '@jest/globals';
import { runTimepoint } from './service-process.ts';

const run = (...args: string[]) => runTimepoint(args, {});

describe('Timepoint, on the command line,', () => {
  it('shows its help for no command at all, as wrong usage', async () => {
    const { code, output } = await run();
    expect(output).toMatch(/^Usage: timepoint \[options\] \[command\]/);
    expect(code).toBe(2);
  });

  it('groups its commands, and ends the help with exit codes and examples', async () => {
    const { code, output } = await run('--help');
    const groups = [...output.matchAll(/^(\S.*):$/gm)].map(([, title]) => title);
    expect(groups).toEqual(['Options', 'Check', 'Inspect', 'Repair', 'Set up', 'Examples']);
    expect(output).toMatch(
      /Exit code: 0 success, 1 a problem was found or the command failed, 2 wrong usage or settings/,
    );
    expect(code).toBe(0);
  });

  it('prints its version', async () => {
    expect(await run('--version')).toEqual({ code: 0, output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each([
    [['statsu'], /unknown command 'statsu'\n\(Did you mean status\?\)/],
    [['status', '--wach'], /unknown option '--wach'\n\(Did you mean --watch\?\)/],
    [['rewind', 'companies'], /missing required argument 'timepoint'/],
    [['status', '--watch', '--json'], /option '--watch' cannot be used with option '--json'/],
    [['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
  ])('names the remedy for %j, with exit code 2', async (args, message) => {
    const { code, output } = await run(...args);
    expect(output).toMatch(message);
    expect(output).toContain('(add --help to see the usage)');
    expect(code).toBe(2);
  });

  it('distinguishes wrong settings from problems by the exit code', async () => {
    const { code, output } = await run('status');
    expect(output).toContain('DATABASE_URL: is not set');
    expect(code).toBe(2);
    expect((await run('doctor')).code).toBe(1);
  });
});
