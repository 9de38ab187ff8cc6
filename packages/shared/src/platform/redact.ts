// Keeps secrets out of the lines of a log, by value, without breaking a line. Only strings that are values are changed,
// never names, numbers or punctuation. Example: with the password `timepoint` the line {"timepoint":7,"msg":"timepoint
// refused"} becomes {"timepoint":7,"msg":"[redacted] refused"}.

/** A shorter secret is not redacted: half of all texts contain it, and redacting it would make the log unreadable. */
export const LEAST_SECRET = 4;
/** A shorter secret is redacted only where it is a whole word: `root` does not change `rooted`. */
const LEAST_INSIDE_WORDS = 8;

/** The values of these fields are never secrets, and programs that read the log need them. */
const KEPT_FIELDS = new Set(['level', 'name', 'time']);
const REDACTED = '[redacted]';
/** A string of JSON, and the colon that marks it as a name. */
const STRINGS = /"((?:[^"\\]|\\.)*)"(\s*:)?/g;

/** Returns a function that removes the secrets from a line of JSON. */
export function redactor(secrets: readonly string[]): (line: string) => string {
  const written = secrets.filter(({ length }) => length >= LEAST_SECRET).flatMap(spellings);
  // The longest first, because one may contain another.
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

/**
 * The forms in which a line may contain a secret: as it is, in a URL, and as the user of basic authentication. Each is
 * escaped as in JSON.
 */
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
