// Keeps secrets out of the lines of a log, by value, without breaking a line: only texts that are values are looked at,
// never names, numbers or punctuation. Example: with the password `timepoint` the line {"timepoint":7,"msg":"timepoint
// refused"} becomes {"timepoint":7,"msg":"[redacted] refused"}.

/** A shorter secret is not blotted out: it stands in half of all texts, which then nobody could read, nor it be hidden. */
export const LEAST_SECRET = 4;
/** A shorter one is blotted out only where it stands as a word: `root` does not spoil `rooted`. */
const LEAST_INSIDE_WORDS = 8;

/** What these fields say is never a secret, and what reads a log needs them. */
const KEPT_FIELDS = new Set(['level', 'name', 'time']);
const REDACTED = '[redacted]';
/** A string of JSON, and the colon that makes it a name. */
const STRINGS = /"((?:[^"\\]|\\.)*)"(\s*:)?/g;

/** Returns what takes the secrets out of a line of JSON. */
export function redactor(secrets: readonly string[]): (line: string) => string {
  const written = secrets.filter(({ length }) => length >= LEAST_SECRET).flatMap(spellings);
  // The longest first, as one may hold another.
  const patterns = [...new Set(written)].toSorted((one, other) => other.length - one.length).map(patternOf);
  if (patterns.length === 0) return (line) => line;
  return (line) => {
    let field = '';
    return line.replace(STRINGS, (whole: string, text: string, colon: string | undefined) => {
      if (colon !== undefined) field = text;
      if (colon !== undefined || KEPT_FIELDS.has(field)) return whole;
      return `"${patterns.reduce((clean, pattern) => clean.replace(pattern, REDACTED), text)}"`;
    });
  };
}

/** A secret as it may stand in a line: as it is, in a URL, and as the user of basic authentication; escaped as in JSON. */
function spellings(secret: string): string[] {
  const header = Buffer.from(`${secret}:`).toString('base64');
  return [secret, encodeURIComponent(secret.toWellFormed()), header].map((text) =>
    JSON.stringify(text).slice(1, -1),
  );
}

function patternOf(text: string): RegExp {
  const literal = text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return text.length >= LEAST_INSIDE_WORDS
    ? new RegExp(literal, 'g')
    : new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'gu');
}
