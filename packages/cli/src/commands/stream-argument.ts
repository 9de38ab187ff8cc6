import { explainUnknownStream, STREAM_NAMES, type StreamName } from '@timepoint/shared/contract/streams';
import { type Argument, InvalidArgumentError, type Option } from 'commander';

/** Parses the name of a stream of the command line. */
export function streamArgument(name: string): StreamName {
  const known = STREAM_NAMES.find((stream) => stream === name);
  if (known === undefined) throw new InvalidArgumentError(explainUnknownStream(name));
  return known;
}

/** Lets an argument or option accept the name of a stream only, which shells complete. */
export function streamName<Taker extends Argument | Option>(taker: Taker): Taker {
  return taker.choices(STREAM_NAMES).argParser(streamArgument) as Taker;
}
