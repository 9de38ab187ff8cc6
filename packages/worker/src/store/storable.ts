const ESCAPES = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/g;

/** Text as Postgres can hold it: U+2400, the picture of U+0000, stands in for it. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\u2400');
}

/**
 * JSON as Postgres can hold it: escaped, too, U+0000 becomes its picture, and half a surrogate pair becomes U+FFFD.
 * Only what is an escape is replaced: `"\\u0000"` is a backslash and five characters.
 */
export function storableJson(json: string): string {
  return json.replace(ESCAPES, (sequence) => {
    if (sequence === '\\u0000') return '\u2400';
    return /^\\u[dD][89a-fA-F]..$/.test(sequence) ? '\ufffd' : sequence;
  });
}
