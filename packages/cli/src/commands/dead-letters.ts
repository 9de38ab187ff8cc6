import { groupLetters } from '@timepoint/database/letters/group-letters';
import { readLetter, readLetters } from '@timepoint/database/letters/read-letters';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { type Command, InvalidArgumentError } from 'commander';
import { formatGroups, formatLetter, formatLetters } from '../format/format-letters.ts';
import { addActionCommands } from './dead-letter-actions.ts';
import { addLetterOptions, type LetterOptions, letterArgument, selectionOf } from './letter-options.ts';
import { addMoreHelp } from './more-help.ts';
import { print, printJson, type Terminal, withDatabase } from './terminal.ts';

interface ListOptions extends LetterOptions {
  readonly each?: true;
  readonly limit: number;
  readonly json?: true;
}

/** `timepoint dead-letters list|show|replay|discard` */
export function addDeadLettersCommand(program: Command, terminal: Terminal): void {
  const letters = program
    .command('dead-letters')
    .description('list, replay or discard events that could not be applied');
  const list = addLetterOptions(
    letters.command('list').description('list dead letters by their cause, with counts'),
  )
    .option('--each', 'one row for each letter instead of one for each cause')
    .option('--limit <letters>', 'at most this many rows', limitArgument, 100)
    .option('--json', 'as JSON')
    .action((options: ListOptions) =>
      withDatabase(terminal, async (database) => {
        const selection = selectionOf(options);
        if (options.each) {
          const found = await readLetters(database, selection, options.limit);
          return options.json ? printJson(terminal, found) : print(terminal, formatLetters(found));
        }
        const { groups } = await groupLetters(database, selection, null);
        return options.json ? printJson(terminal, groups) : print(terminal, formatGroups(groups));
      }),
    );
  addMoreHelp(list, {
    examples: [
      'timepoint dead-letters list',
      'timepoint dead-letters list --each --stream officers --since 2026-01-01',
    ],
  });
  const show = letters
    .command('show')
    .description('show one letter with its raw line')
    .argument('<id>', 'the id of the letter, as `list --each` shows it', letterArgument)
    .option('--json', 'as JSON')
    .action((id: number, { json }: { json?: true }) =>
      withDatabase(terminal, async (database) => {
        const letter = await readLetter(database, id);
        if (letter === null) {
          const remedy = `There is no dead letter ${id}. See \`timepoint dead-letters list --each\`.`;
          throw new TimepointError('no-letter', remedy);
        }
        if (json) printJson(terminal, letter);
        else print(terminal, formatLetter(letter));
      }),
    );
  addMoreHelp(show, {
    bad: 'the letter does not exist',
    examples: ['timepoint dead-letters show 17', 'timepoint dead-letters show 17 --json'],
  });
  addActionCommands(letters, terminal);
}

function limitArgument(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Write a number of letters, at least 1.');
  return Number(text);
}
