import { type Epoch, readEpochs } from '@timepoint/database/coverage/read-epochs';
import { publishedTimepoint } from '@timepoint/shared/contract/epoch';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { parseTimepoint, type Timepoint } from '@timepoint/shared/contract/timepoint';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { formatTable } from '../format/format-table.ts';
import { type BegunEpoch, beginEpoch, describeBeginning } from '../rewind/begin-epoch.ts';
import { addMoreHelp } from './more-help.ts';
import { operator } from './operator.ts';
import { streamName } from './stream-argument.ts';
import { print, printJson, type Terminal, withDatabase, withQueues } from './terminal.ts';

interface BeginOptions {
  readonly because: string;
  readonly from: Timepoint;
  readonly force?: true;
  readonly json?: true;
}

/** `timepoint epoch` */
export function addEpochCommand(program: Command, terminal: Terminal): void {
  const epoch = program
    .command('epoch')
    .description('continue a stream whose timepoints Companies House restarted at a low number');
  addBegin(epoch, terminal);
  addList(epoch, terminal);
}

function addBegin(epoch: Command, terminal: Terminal): void {
  const command = epoch
    .command('begin')
    .description('begin a new epoch of a stream: all events from now on are newer than the stored ones')
    .addArgument(streamName(new Argument('<stream>', 'its name')))
    .requiredOption('--because <reason>', 'the reason, for the audit', reasonArgument)
    .option('--from <timepoint>', 'the first event to read, by its new number', fromArgument, FIRST)
    .option('--force', 'also when the timepoints do not seem to be restarted')
    .option('--json', 'as JSON')
    .action((stream: StreamName, { because, from, force, json }: BeginOptions) =>
      withDatabase(terminal, (database) =>
        withQueues(terminal, async (queues) => {
          const isForced = force === true;
          const begun = await beginEpoch({
            database,
            queues,
            stream,
            from,
            because,
            isForced,
            who: operator(),
          });
          if (json) printJson(terminal, begun);
          else print(terminal, formatBegun(begun));
        }),
      ),
    );
  addMoreHelp(command, {
    notes: NOTES,
    good: 'the epoch has begun',
    bad: 'the epoch can not begin',
    examples: ['timepoint epoch begin companies --because "the stream was rebuilt, see the forum"'],
  });
}

function addList(epoch: Command, terminal: Terminal): void {
  const command = epoch
    .command('list')
    .description('list the epochs of all streams')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) =>
      withDatabase(terminal, async (database) => {
        const epochs = await readEpochs(database);
        if (json) printJson(terminal, epochs);
        else print(terminal, formatEpochs(epochs));
      }),
    );
  addMoreHelp(command, { examples: ['timepoint epoch list'] });
}

const FIRST = 1 as Timepoint;

const NOTES = `Stored timepoints keep growing: timepoint 5 of Companies House is stored as 1000000000005 in epoch 1 and as
2000000000005 in epoch 2. Rows stay as they are until a newer event arrives. An epoch can not be undone. It has a row in
ingest.audit. When Companies House refuses the first event (416), the stream is read live. Read earlier events that
Companies House still has with \`timepoint rewind <stream> <timepoint>\`, by the new number.`;

function formatBegun(begun: BegunEpoch): string {
  const { stream, seen, is_held } = begun;
  const [lowest] = seen;
  const when = is_held ? 'It is read within seconds' : 'It is read as soon as an ingestor has the stream';
  const hint =
    lowest === undefined || lowest <= publishedTimepoint(begun.first)
      ? ''
      : ` If it begins after ${lowest}, which was seen already: timepoint rewind ${stream} ${lowest}`;
  return `${describeBeginning(begun)} ${when}. See \`timepoint status\`.${hint}`;
}

function formatEpochs(epochs: readonly Epoch[]): string {
  if (epochs.length === 0) return 'No stream has a later epoch.';
  const rows = epochs.map(({ stream, epoch, after, first, begun_at, who, because }) => [
    stream,
    `${epoch}`,
    `${after}`,
    `${first}`,
    begun_at.toISOString(),
    who,
    because,
  ]);
  return formatTable(['stream', 'epoch', 'after', 'first', 'begun', 'who', 'because'], rows);
}

function reasonArgument(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Write a reason.');
  return text.trim();
}

function fromArgument(text: string): Timepoint {
  const timepoint = parseTimepoint(text);
  if (timepoint === null || timepoint === 0)
    throw new InvalidArgumentError('Write a timepoint, a whole number from 1 on.');
  return timepoint;
}
