import { LETTER_REASONS, type LetterSelection, letterSelectionSchema } from '@timepoint/shared/contract/job';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { companyArgument } from './company-argument.ts';
import { dateArgument } from './date-argument.ts';
import { streamName } from './stream-argument.ts';

/** The options of a command line that select dead letters. */
export interface LetterOptions {
  readonly stream?: string;
  readonly reason?: string;
  readonly fingerprint?: string;
  readonly company?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly state?: string;
}

/** Adds the options that select dead letters to a command. */
export function addLetterOptions(command: Command): Command {
  return command
    .addOption(streamName(new Option('--stream <name>', 'only of this stream')))
    .addOption(new Option('--reason <reason>', 'only these').choices(LETTER_REASONS))
    .option('--fingerprint <text>', 'only this group, as in the last column of the list', groupArgument)
    .option('--company <number>', 'only of this company', companyArgument)
    .option('--since <date>', 'only letters last seen since then, such as 2026-01-01', dateArgument)
    .option('--until <date>', 'only letters last seen before then', dateArgument)
    .addOption(new Option('--state <state>', 'these').choices(['open', 'superseded']).default('open'));
}

/** The selection of the options. It is limited to `ids` when there are any. */
export function selectionOf(options: LetterOptions, ids: readonly number[] = []): LetterSelection {
  const { company, since, until, stream, reason, fingerprint, state } = options;
  return letterSelectionSchema.parse({
    stream,
    reason,
    fingerprint,
    state,
    companyNumber: company,
    since: since?.toISOString(),
    until: until?.toISOString(),
    ...(ids.length > 0 ? { ids } : {}),
  });
}

/** Whether the options leave letters out, the option for the state aside. */
export function isNarrowed(options: LetterOptions, ids: readonly number[]): boolean {
  const { stream, reason, fingerprint, company, since, until } = options;
  return (
    ids.length > 0 ||
    [stream, reason, fingerprint, company, since, until].some((value) => value !== undefined)
  );
}

function groupArgument(text: string): string {
  if (text === '') throw new InvalidArgumentError('Write a group, as in the last column of the list.');
  return text;
}

/** Parses the id of a dead letter. */
export function letterArgument(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Write the id of a dead letter.');
  return Number(text);
}

/** Parses the ids of dead letters, one after the other. */
export function letterArguments(text: string, before: readonly number[] = []): number[] {
  return [...before, letterArgument(text)];
}
