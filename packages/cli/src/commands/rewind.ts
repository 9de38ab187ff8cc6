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
    .description('ask for the events of a stream again, from a timepoint on')
    .addArgument(streamName(new Argument('<stream>', 'its name')))
    .argument('<timepoint>', 'the first to be read again', timepointArgument)
    .option('--force', 'also when Companies House may have forgotten the timepoint')
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
    good: 'it is asked for',
    bad: 'it can not be',
    examples: [
      'timepoint rewind companies 22000100',
      'psql -c "select stream, after + 1 from ingest.holes where state = \'accepted\'"   # where to ask again',
    ],
  });
}

const NOTES = `Whoever holds the stream closes its connection and reads again from there, through to the newest: events that are
held already change nothing, missing ones are filled in. Companies House keeps events for about three days. An older
timepoint needs --force: when it is refused (416), the stream is read live, and the events of the few seconds between
become a recorded hole, which a rewind to the newest timepoint before it fills.`;

function formatRewound({ stream, timepoint, newest, request, pending_timepoint, is_held }: Rewound): string {
  const when = is_held ? 'within seconds' : 'as soon as an ingestor has the stream: none has it now';
  if (request === 'already-asked')
    return `${stream} is asked for from ${pending_timepoint} on already, which includes ${timepoint}: nothing to do.`;
  const instead = request === 'moved-back' ? `, not only from ${pending_timepoint} as was asked before` : '';
  return `${stream} is read again from ${describeTimepoint(timepoint)} to ${describeTimepoint(newest)}${instead}, ${when}. See it with \`timepoint status\`.`;
}

function timepointArgument(text: string): Timepoint {
  const timepoint = parseTimepoint(text);
  if (timepoint === null)
    throw new InvalidArgumentError('Write a timepoint, a whole number such as 22000100.');
  return timepoint;
}
