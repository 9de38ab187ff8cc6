import type { StreamName } from '@timepoint/shared/contract/streams';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { Argument, type Command } from 'commander';
import { addMoreHelp } from './more-help.ts';
import { streamName } from './stream-argument.ts';
import { print, type Terminal, withQueues } from './terminal.ts';

/** `timepoint unfollow` */
export function addUnfollowCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('unfollow')
    .description('remove a stream that is no longer followed from the queue')
    .addArgument(streamName(new Argument('<stream>', 'its name')))
    .action((stream: StreamName) =>
      withQueues(terminal, async ({ streams }) => {
        const job = await streams.getJob(stream);
        if (job === undefined) return print(terminal, `${stream} is not followed: nothing to do.`);
        if (await job.isActive()) {
          const message = `An ingestor reads ${stream} now. Remove it from CH_STREAMS of ingestors and workers first.`;
          throw new TimepointError('stream-held', message);
        }
        await job.remove();
        print(terminal, `${stream} is no longer followed.`);
      }),
    );
  addMoreHelp(command, {
    notes:
      'Remove it from CH_STREAMS of all ingestors and workers first: a worker that has it there follows it again. Its rows and\n' +
      'its position stay. When the stream is followed again, it is read from that position.',
    bad: 'an ingestor reads the stream',
    examples: ['timepoint unfollow company-exemptions'],
  });
}
