import { Argument, type Command } from 'commander';
import { bashScript } from '../completion/bash.ts';
import { placesIn } from '../completion/command-tree.ts';
import { fishScript } from '../completion/fish.ts';
import { zshScript } from '../completion/zsh.ts';
import { addMoreHelp } from './more-help.ts';
import type { Terminal } from './terminal.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;

/** `timepoint completion` */
export function addCompletionCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('completion')
    .description('print the completion script of a shell, for commands, options and streams')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SCRIPTS)))
    .action((shell: Shell) => void terminal.output.write(SCRIPTS[shell](placesIn(program))));
  addMoreHelp(command, {
    notes:
      'The shell must know a command `timepoint`. In a checkout, define it in bash or zsh:\n' +
      '  timepoint() { node /path/of/the/checkout/packages/cli/dist/main.js "$@"; }',
    examples: [
      'source <(timepoint completion bash)   # permanently: in ~/.bashrc',
      'source <(timepoint completion zsh)    # in ~/.zshrc, after compinit',
      'timepoint completion fish > ~/.config/fish/completions/timepoint.fish',
    ],
  });
}
