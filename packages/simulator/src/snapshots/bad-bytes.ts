// Latin-1 for é. In UTF-8 it begins a letter of several bytes, but no continuation byte follows.
const BAD_BYTES = Buffer.from([0xe9]);

/** Marks the place of the bad bytes in a text. */
export const BAD_BYTES_MARK = '\ue000';

/** Encodes a text in UTF-8, with bad bytes in place of the mark. */
export function encodeBadly(text: string): Buffer {
  const [first = '', ...others] = text.split(BAD_BYTES_MARK);
  return Buffer.concat([Buffer.from(first), ...others.flatMap((other) => [BAD_BYTES, Buffer.from(other)])]);
}
