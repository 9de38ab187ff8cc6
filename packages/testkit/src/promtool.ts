import { execa } from 'execa';

/** Whether the machine has promtool, which Debian's package `prometheus` brings. */
export async function hasPromtool(): Promise<boolean> {
  const { exitCode } = await execa('promtool', ['--version'], { reject: false });
  return exitCode === 0;
}

/** Runs promtool in the folder. Returns how it ended and what it printed. */
export async function promtool(
  args: readonly string[],
  cwd: string,
): Promise<{ code: number | undefined; output: string }> {
  const { exitCode, all } = await execa('promtool', args, {
    cwd,
    reject: false,
    all: true,
  });
  return { code: exitCode, output: all };
}
