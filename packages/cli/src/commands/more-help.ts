import type { Command } from 'commander';

export interface MoreHelp {
  /** Text about the command that its options do not say. */
  readonly notes?: string;
  /** The meaning of exit code 0. */
  readonly good?: string;
  /** The meaning of exit code 1. */
  readonly bad?: string;
  /** Complete command lines. */
  readonly examples: readonly string[];
}

/** Adds notes, the meaning of the exit codes and examples to the help of a command. */
export function addMoreHelp(
  command: Command,
  { notes, good = 'success', bad = 'the command failed', examples }: MoreHelp,
): Command {
  const parts = [
    ...(notes === undefined ? [] : [notes]),
    `Exit code:\n  0  ${good}\n  1  ${bad}\n  2  wrong usage or settings`,
    ['Examples:', ...examples.map((example) => `  ${example}`)].join('\n'),
  ];
  return command.addHelpText('after', `\n${parts.join('\n\n')}`);
}
