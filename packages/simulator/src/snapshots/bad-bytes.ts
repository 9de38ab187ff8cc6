// Latin-1 for é: in UTF-8 it would begin a letter of several bytes, but none follow.
const BAD_BYTES = Buffer.from([0xe9]);

/** Stands for the bad bytes while they are still part of a text. */
export const BAD_BYTES_MARK = '\ue000';

/** Encodes a text in UTF-8, but for what the mark stands for. */
export function encodeBadly(text: string): Buffer {
  const [first = '', ...others] = text.split(BAD_BYTES_MARK);
  return Buffer.concat([Buffer.from(first), ...others.flatMap((other) => [BAD_BYTES, Buffer.from(other)])]);
}
