import { explainUnknownStream, STREAMS } from '@timepoint/shared/streams';
import { InvalidArgumentError } from 'commander';

/** Takes the name of a stream from the command line. */
export function streamArgument(name: string): string {
  if (!STREAMS.some((stream) => stream.name === name))
    throw new InvalidArgumentError(explainUnknownStream(name));
  return name;
}
