import type { Command } from 'commander';

export interface MoreHelp {
  /** What a reader must know besides what the options say. */
  readonly notes?: string;
  /** What exit code 0 means … */
  readonly good?: string;
  /** … and exit code 1. */
  readonly bad?: string;
  /** Each with all its words. */
  readonly examples: readonly string[];
}

/** Ends the help of a command with what its exit codes mean, and with examples. */
export function addMoreHelp(
  command: Command,
  { notes, good = 'it is done', bad = 'it failed', examples }: MoreHelp,
): Command {
  const parts = [
    ...(notes === undefined ? [] : [notes]),
    `Exit code:\n  0  ${good}\n  1  ${bad}\n  2  wrong usage or settings`,
    ['Examples:', ...examples.map((example) => `  ${example}`)].join('\n'),
  ];
  return command.addHelpText('after', `\n${parts.join('\n\n')}`);
}
