import { describeTimepoint } from '@timepoint/shared/contract/epoch';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { parseTimepoint, type Timepoint } from '@timepoint/shared/contract/timepoint';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { type Rewound, rewindStream } from '../rewind/rewind.ts';
import { addMoreHelp } from './more-help.ts';
import { operator } from './operator.ts';
import { streamName } from './stream-argument.ts';
import { print, printJson, type Terminal, withDatabase, withQueues } from './terminal.ts';

interface Options {
  readonly force?: true;
  readonly json?: true;
}

/** `timepoint rewind` */
export function addRewindCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('rewind')
    .description('read a stream again from an earlier timepoint')
    .addArgument(streamName(new Argument('<stream>', 'its name')))
    .argument('<timepoint>', 'the first event to read again', timepointArgument)
    .option('--force', 'also when Companies House may no longer have the timepoint')
    .option('--json', 'as JSON')
    .action((stream: StreamName, timepoint: Timepoint, { force, json }: Options) =>
      withDatabase(terminal, (database) =>
        withQueues(terminal, async (queues) => {
          const request = { database, queues, stream, timepoint, isForced: force === true, who: operator() };
          const rewound = await rewindStream(request);
          if (json) printJson(terminal, rewound);
          else print(terminal, formatRewound(rewound));
        }),
      ),
    );
  addMoreHelp(command, {
    notes: NOTES,
    good: 'the rewind is requested',
    bad: 'the rewind is not possible',
    examples: [
      'timepoint rewind companies 22000100',
      'psql -c "select stream, after + 1 from ingest.holes where state = \'accepted\'"   # where to ask again',
    ],
  });
}

const NOTES = `The ingestor of the stream closes its connection and reads from that timepoint up to the newest event. Events that
are stored already change nothing, and missing ones are added. Companies House keeps events for about three days. An
older timepoint needs --force: when Companies House refuses it (416), the stream is read live, and the events of the few
seconds between become a recorded hole. A rewind to the newest timepoint before the hole fills it.`;

function formatRewound({ stream, timepoint, newest, request, pending_timepoint, is_held }: Rewound): string {
  const when = is_held ? 'within seconds' : 'as soon as an ingestor has the stream (none has it now)';
  if (request === 'already-asked')
    return `A rewind of ${stream} to ${pending_timepoint} is requested already, which includes ${timepoint}: nothing to do.`;
  const instead = request === 'moved-back' ? `, not only from ${pending_timepoint} as requested before` : '';
  const range = `from ${describeTimepoint(timepoint)} to ${describeTimepoint(newest)}`;
  return `${stream} is read again ${range}${instead}, ${when}. See \`timepoint status\`.`;
}

function timepointArgument(text: string): Timepoint {
  const timepoint = parseTimepoint(text);
  if (timepoint === null)
    throw new InvalidArgumentError('Write a timepoint, a whole number such as 22000100.');
  return timepoint;
}
