// What stands in a document, an error or a name is text of others. On a terminal it could move the cursor, hide or reorder
// what is read: the one place that makes such characters visible. Example: ESC becomes `\u001b`, U+202E `\u202e`.

/** Control characters (C0, DEL, C1), line and paragraph separators, halves of pairs, and what is invisible or reorders. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text of several lines: line breaks and tabs stay, all else that a terminal would obey is made visible. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (sign) => (sign === '\n' || sign === '\t' ? sign : visible(sign)));
}

/** Text that stays on its line. */
export function oneLine(text: string): string {
  return text.replace(UNSAFE, visible);
}

/** A value as JSON of ASCII control characters only as escapes: exact for programs, harmless on a terminal. */
export function printableJson(value: unknown, indent?: number): string {
  return escapeJson(JSON.stringify(value, null, indent) ?? 'null');
}

/** Writes in a text of JSON as escapes what a terminal would obey. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, (sign) => (sign === '\n' || sign === '\t' ? sign : escaped(sign)));
}

/** A line of JSON whose strings, once parsed, are printable. Line breaks and tabs in them stay. */
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

/** One escape for each unit, as JSON has them. */
function escaped(sign: string): string {
  return Array.from({ length: sign.length }, (_, index) => sign.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
