import { TimepointError } from '@timepoint/shared/platform/errors';

const NEWLINE = 0x0a;

/**
 * Passes bytes on, and checks that the last line has an end. Without one the line may be cut, and still look whole: the
 * missing line end is the only sign that `12,34,5` was cut from `12,34,56`.
 * @throws TimepointError `source-cut` at the end.
 */
export async function* endsInLine(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let last: number | undefined;
  for await (const chunk of content) {
    last = chunk.at(-1) ?? last;
    yield chunk;
  }
  if (last !== undefined && last !== NEWLINE) throw cutSource();
}

/** The error for a file that stops within a line. */
export function cutSource(): TimepointError {
  const message =
    "The file stops within a line, so it was cut. Download it again, and compare its size with the publisher's; " +
    'if the file is whole, add a line end.';
  return new TimepointError('source-cut', message);
}
