const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** More than any record has, in characters. A longer one has an open quote. */
export const MAX_RECORD_CHARACTERS = 64 * 1024;

/** Returned instead of a position: the text, or the longest record, ends within a quoted value. */
export const OPEN = -1;
/** Returned instead of a position: a quote is where none is allowed, or characters follow a closing quote. */
export const BROKEN = -2;

/**
 * Parses the CSV record that begins at `start` into `fields`, strictly. Returns the position of the next record, or
 * {@link OPEN} or {@link BROKEN}. In both cases `fields` has the values before the fault.
 *
 * Only strict parsing finds a missing quote: neither a comma nor a line end follows the next quote then. Example:
 * `"A LTD,"01234567",""` is broken at the `0`.
 */
export function parseRecord(text: string, start: number, fields: string[]): number {
  const limit = start + MAX_RECORD_CHARACTERS;
  let at = start;
  for (;;) {
    let after = at;
    let value = '';
    if (text.charCodeAt(at) === QUOTE) {
      // Most values are empty, and comparing one character is faster than a search.
      let close = text.charCodeAt(at + 1) === QUOTE ? at + 1 : text.indexOf('"', at + 1);
      let hasQuotes = false;
      while (close >= 0 && text.charCodeAt(close + 1) === QUOTE) {
        hasQuotes = true;
        close = text.indexOf('"', close + 2);
      }
      if (close < 0 || close > limit) return OPEN;
      after = close + 1;
      if (close > at + 1) value = text.slice(at + 1, close);
      if (hasQuotes) value = value.replaceAll('""', '"');
    } else {
      after = endOfBareValue(text, at);
      if (after < 0 || after > limit) return BROKEN;
      value = text.slice(at, after);
    }
    const code = text.charCodeAt(after);
    const end = code === COMMA ? after + 1 : endOfLine(text, after, code);
    if (end === BROKEN) return BROKEN;
    fields.push(value);
    if (code !== COMMA) return end;
    at = end;
  }
}

function endOfBareValue(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === LINE_FEED || code === CARRIAGE_RETURN) return at;
    if (code === QUOTE) return BROKEN;
  }
  return text.length;
}

/** The position of the next line when this one ends at `at`. */
function endOfLine(text: string, at: number, code: number): number {
  if (code === LINE_FEED) return at + 1;
  if (code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED) return at + 2;
  return at === text.length ? at : BROKEN;
}
