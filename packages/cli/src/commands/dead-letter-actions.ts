import type { ActionJob, ActionProgress } from '@timepoint/shared/contract/job';
import { printable } from '@timepoint/shared/platform/printable';
import { actOnLetters } from '@timepoint/worker/letters/act-on-letters';
import { type Command, InvalidArgumentError } from 'commander';
import logUpdate from 'log-update';
import { formatProgress } from '../format/format-letters.ts';
import {
  addLetterOptions,
  isNarrowed,
  type LetterOptions,
  letterArguments,
  selectionOf,
} from './letter-options.ts';
import { addMoreHelp } from './more-help.ts';
import { operator } from './operator.ts';
import { print, printJson, type Terminal, withDatabase } from './terminal.ts';

interface ActionOptions extends LetterOptions {
  readonly all?: true;
  readonly dryRun?: true;
  readonly because?: string;
  readonly json?: true;
}

/** `timepoint dead-letters replay|discard` */
export function addActionCommands(letters: Command, terminal: Terminal): void {
  const add = (name: 'replay' | 'discard', description: string) => {
    const command: Command = letters
      .command(name)
      .description(description)
      .argument('[ids...]', 'the ids of letters, as `list --each` shows them', letterArguments)
      .option('--all', 'every letter in that state')
      .option('--json', 'as JSON');
    return addLetterOptions(command).action((ids: number[] | undefined, options: ActionOptions) => {
      if (!options.all && !isNarrowed(options, ids ?? []))
        command.error(`error: name the letters to ${name}: by id, by an option such as --stream, or --all`);
      return act(terminal, options.dryRun ? 'dry-run' : name, ids ?? [], options);
    });
  };
  const replay = add(
    'replay',
    'apply letters again after their cause is repaired; Ctrl-C stops after the current letters',
  ).option('--dry-run', 'change nothing, and count how many would pass now');
  addMoreHelp(replay, {
    good: 'all letters passed, or would pass',
    bad: 'a letter failed or was not found, or the command was stopped',
    examples: [
      'timepoint dead-letters replay --stream officers --dry-run',
      'timepoint dead-letters replay 17 18',
      'timepoint dead-letters replay --all',
    ],
  });
  const discard = add('discard', 'discard letters: their events will never be in the tables').requiredOption(
    '--because <reason>',
    'the reason, for the audit',
    reasonArgument,
  );
  addMoreHelp(discard, {
    good: 'all letters were discarded',
    bad: 'a letter failed or was not found, or the command was stopped',
    examples: ["timepoint dead-letters discard 17 --because 'a test event of the publisher'"],
  });
}

async function act(
  terminal: Terminal,
  what: ActionJob['what'],
  ids: readonly number[],
  options: ActionOptions,
): Promise<void> {
  const { because, state, json } = options;
  const action = { what, selection: selectionOf(options, ids), because, who: operator() };
  await withDatabase(terminal, async (database) => {
    const progress = await actOnLetters(database, action, shower(terminal, action, json));
    const lost = ids.length === 0 ? 0 : new Set(ids).size - progress.total;
    if (terminal.output.isTTY) logUpdate.clear();
    if (json) printJson(terminal, progress);
    else print(terminal, formatProgress(what, progress));
    if (lost > 0 && !json)
      print(
        terminal,
        `${lost} of the letters that you named were not found: they are not ${state}, or do not match the options. ` +
          'See `timepoint dead-letters show <id>`.',
      );
    if (lost > 0 || progress.failed > 0 || progress.isCancelled) process.exitCode = 1;
  });
}

function reasonArgument(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Write a reason.');
  return text.trim();
}

/** Shows progress in place at a terminal. Returns whether to continue. */
function shower({ output, signal }: Terminal, { what }: Pick<ActionJob, 'what'>, isJson: true | undefined) {
  return async (progress: ActionProgress): Promise<boolean> => {
    if (output.isTTY && !isJson) logUpdate(printable(formatProgress(what, progress)));
    return !signal.aborted;
  };
}
