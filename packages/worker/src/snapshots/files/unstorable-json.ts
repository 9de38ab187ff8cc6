import { showValue } from './decode-text.ts';

const NUL = /(?<!\\)(?:\\\\)*\\u0000/;
/** In a shorter text nothing is nested too deep, and no number is too long. */
const LONG = 4_000;
/** No document is nested that deep, and Postgres gives up somewhere beyond 12,000. */
const MAX_NESTING = 1_000;
/** A numeric has up to 131,072 digits, so one that is not long and has an exponent of three is good. */
const LARGE_NUMBER = /[:[,]\s*-?(?:[\d.]{1000}|[\d.]+[eE][+-]?\d{4})/;

/** What in a line of JSON a jsonb column would refuse, told for a person; null when there is nothing. */
export function findUnstorableJson(line: string): string | null {
  // Nearly always nothing is wrong, which each of these sees in a fraction of a microsecond.
  if (!line.isWellFormed()) {
    return `has bytes that are not UTF-8: ${showAround(line, line.search(/\p{Surrogate}/u))}`;
  }
  const nul = line.includes('\\u0000') ? line.search(NUL) : -1;
  if (nul >= 0) return `has the character U+0000: ${showAround(line, nul)}`;
  if (line.length < LONG && !LARGE_NUMBER.test(line)) return null;
  const skeleton = withoutStrings(line);
  const large = skeleton.search(LARGE_NUMBER);
  if (large >= 0) return `has a number that is too large: ${showAround(skeleton, large)}`;
  return nestingOf(skeleton) > MAX_NESTING ? `is nested more than a thousand deep` : null;
}

function showAround(text: string, at: number): string {
  return showValue(text.slice(Math.max(0, at - 40), at + 40));
}

/** Regular expressions give up on strings of some megabytes. */
function withoutStrings(line: string): string {
  let skeleton = '';
  let at = 0;
  for (let open = line.indexOf('"'); open >= 0; open = line.indexOf('"', at)) {
    skeleton += `${line.slice(at, open)}""`;
    at = endOfString(line, open) + 1;
  }
  return skeleton + line.slice(at);
}

/** Where the quote is that closes the string that begins at `open`, or the end of the line. */
function endOfString(line: string, open: number): number {
  for (let close = line.indexOf('"', open + 1); close >= 0; close = line.indexOf('"', close + 1)) {
    let first = close;
    while (line[first - 1] === '\\') first -= 1;
    if ((close - first) % 2 === 0) return close;
  }
  return line.length;
}

function nestingOf(skeleton: string): number {
  let depth = 0;
  let deepest = 0;
  for (const sign of skeleton) {
    if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
