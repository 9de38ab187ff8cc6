import { execa } from 'execa';

/** Whether the machine has promtool, which is in Debian's package `prometheus`. */
export async function hasPromtool(): Promise<boolean> {
  const { exitCode } = await execa('promtool', ['--version'], { reject: false });
  return exitCode === 0;
}

/** Runs promtool in the folder. Returns its exit code and its output. */
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
