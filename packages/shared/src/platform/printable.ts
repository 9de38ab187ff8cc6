// Documents, errors and names hold text of others. On a terminal it could move the cursor, and hide or reorder other
// text. This file makes such characters visible. Example: ESC becomes `\u001b`, U+202E becomes `\u202e`.

/**
 * Control characters (C0, DEL, C1), line and paragraph separators, lone surrogates, and invisible or reordering
 * characters.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes text of several lines printable: line breaks and tabs stay, all else that a terminal would obey becomes
 * visible.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, (sign) => (sign === '\n' || sign === '\t' ? sign : visible(sign)));
}

/** Makes text printable on one line. */
export function oneLine(text: string): string {
  return text.replace(UNSAFE, visible);
}

/** Formats a value as JSON in which control characters are escapes: exact for programs, harmless on a terminal. */
export function printableJson(value: unknown, indent?: number): string {
  return escapeJson(JSON.stringify(value, null, indent) ?? 'null');
}

/** Replaces in a text of JSON what a terminal would obey by escapes. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, (sign) => (sign === '\n' || sign === '\t' ? sign : escaped(sign)));
}

/** Changes a line of JSON so that its strings, once parsed, are printable. Line breaks and tabs in them stay. */
export function makeJsonPrintable(json: string): string {
  const ofEscapes = json.replace(
    /\\(?:u([\da-f]{4})|(.))/gi,
    (whole, hex: string | undefined, letter: string) => {
      const sign = hex === undefined ? SHORT[letter] : String.fromCharCode(Number.parseInt(hex, 16));
      return sign === undefined || printable(sign) === sign ? whole : escaped(sign).replaceAll('\\', '\\\\');
    },
  );
  return ofEscapes.replace(UNSAFE, (sign) =>
    sign === '\n' || sign === '\t' ? sign : escaped(sign).replaceAll('\\', '\\\\'),
  );
}

const SHORT: Readonly<Record<string, string>> = { b: '\b', f: '\f', r: '\r' };

function visible(sign: string): string {
  return NAMED[sign] ?? escaped(sign);
}

/** One escape for each UTF-16 code unit, as in JSON. */
function escaped(sign: string): string {
  return Array.from({ length: sign.length }, (_, index) => sign.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
