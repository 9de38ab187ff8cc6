import { once } from 'node:events';
import { readWatermarks } from '@timepoint/database/coverage/read-coverage';
import { readNewEvents } from '@timepoint/database/events/read-new-events';
import { readNewStatusChanges } from '@timepoint/database/status-changes/read-new-status-changes';
import { STREAM_NAMES, STREAMS } from '@timepoint/shared/contract/streams';
import { printableJson } from '@timepoint/shared/platform/printable';
import { type Command, Option } from 'commander';
import { follow } from '../tail/follow.ts';
import { formatEvent, formatStatusChange } from '../tail/format-event.ts';
import { companyArgument } from './company-argument.ts';
import { addMoreHelp } from './more-help.ts';
import { streamArgument } from './stream-argument.ts';
import { type Terminal, withDatabase } from './terminal.ts';

interface Options {
  readonly stream?: readonly string[];
  readonly company?: string;
  readonly status?: true;
  readonly json?: true;
}

const STATUS_STREAMS = STREAMS.filter((stream) => stream.hasCompanyStatus).map(({ name }) => name);

/** `timepoint tail` */
export function addTailCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('tail')
    .description(
      'show events as they are committed: each once, those of a stream in order; times are those of publication, in UTC',
    )
    .addOption(
      new Option('--stream <name>', 'only this stream; repeat it for several')
        .choices(STREAM_NAMES)
        .argParser(streamArguments),
    )
    .option('--company <number>', 'only this company', companyArgument)
    .addOption(new Option('--status', 'only changes of company status').conflicts('stream'))
    .option('--json', 'as JSON, one object per line')
    .action((options: Options) =>
      withDatabase(terminal, async (database) => {
        const target = {
          companyNumber: options.company ?? null,
          from: await readWatermarks(database),
          signal: terminal.signal,
        };
        if (options.status) {
          const changes = follow(database, {
            ...target,
            streams: STATUS_STREAMS,
            read: readNewStatusChanges,
          });
          return show(terminal, changes, options.json ? toJson : formatStatusChange);
        }
        const streams = options.stream ?? STREAM_NAMES;
        const events = follow(database, { ...target, streams, read: readNewEvents });
        return show(terminal, events, options.json ? toJson : formatEvent);
      }),
    );
  addMoreHelp(command, {
    good: 'you ended it',
    examples: [
      'timepoint tail',
      'timepoint tail --status',
      'timepoint tail --stream officers --stream charges --json',
      'timepoint tail --company 09876543',
    ],
  });
}

function streamArguments(name: string, before: readonly string[] = []): string[] {
  return [...before, streamArgument(name)];
}

const toJson = (row: object) => printableJson(row);

/** Writes a line for each row, no faster than the reader takes them. */
async function show<Row extends object>(
  { output, signal }: Terminal,
  pages: AsyncIterable<readonly Row[]>,
  format: (row: Row) => string,
): Promise<void> {
  for await (const rows of pages) {
    const isTaken = output.write(rows.map((row) => `${format(row)}\n`).join(''));
    if (!isTaken) await once(output, 'drain', { signal }).catch(() => undefined);
  }
}
