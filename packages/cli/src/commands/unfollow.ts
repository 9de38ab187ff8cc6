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
    .description('take a stream that is followed no more out of the queue')
    .addArgument(streamName(new Argument('<stream>', 'its name')))
    .action((stream: StreamName) =>
      withQueues(terminal, async ({ streams }) => {
        const job = await streams.getJob(stream);
        if (job === undefined) return print(terminal, `${stream} is not followed: nothing to do.`);
        if (await job.isActive()) {
          const message = `An ingestor reads ${stream} now. Take it out of CH_STREAMS of ingestors and workers first.`;
          throw new TimepointError('stream-held', message);
        }
        await job.remove();
        print(terminal, `${stream} is followed no more.`);
      }),
    );
  addMoreHelp(command, {
    notes:
      'First take it out of CH_STREAMS of all ingestors and workers: a worker that has it there follows it again. What is held\n' +
      'of it stays, and where it ends is known: followed again, it is read on from there.',
    bad: 'an ingestor reads it',
    examples: ['timepoint unfollow company-exemptions'],
  });
}
