// Postgres and UTF-8 can't hold every value of JSON. Such values are replaced, in the same way for the stream, the
// files and REST. So no document is lost, and the same document is stored the same from each source. Examples:
// "A\u0000B" becomes "A�B", and so do half a surrogate pair and a byte that is no UTF-8; the number 1e200000 becomes
// the text "1e200000"; what is nested more than 1,000 deep becomes its own JSON as text.

/** The kinds of values that are replaced. */
export type Unstorable =
  | 'U+0000'
  | 'half a surrogate pair'
  | 'a byte that is no UTF-8'
  | 'a number that is too long'
  | 'nested too deep';

/** A place at which a value was replaced. */
export interface Replacement {
  /** The path of the value from the root, such as `data.cases[].type`, cut to {@link MAX_PATH} characters. */
  readonly path: string;
  readonly what: Unstorable;
}

export interface StorableJson {
  /** The JSON as a jsonb column takes it; the same text when nothing was replaced. */
  readonly json: string;
  /** Each path and kind once, at most {@link MAX_REPLACEMENTS}. */
  readonly replacements: readonly Replacement[];
}

/** At most this many places of one document are reported. All are replaced. */
export const MAX_REPLACEMENTS = 20;
/** A path is cut to this many characters, so that it fits into an index. */
export const MAX_PATH = 300;
/**
 * A numeric takes 131,072 digits. As text they are all written out, so a short exponent would fill the memory of
 * readers.
 */
const MAX_DIGITS = 1_000;
/** Postgres fails somewhere above 12,000. */
const MAX_NESTING = 1_000;
const REPLACEMENT = '\ufffd';

/** Makes a text that Postgres can hold: U+FFFD replaces U+0000 and half a surrogate pair. */
export function storableText(text: string): string {
  return text.replaceAll('\0', REPLACEMENT).toWellFormed();
}

/**
 * Makes JSON that Postgres can hold. A byte that is not UTF-8 is expected as a lone surrogate from U+DC80 to U+DCFF.
 * For text that is not JSON it returns text that is not JSON either.
 */
export function storableJson(json: string): StorableJson {
  return isSurelyStorable(json) ? { json, replacements: [] } : new Rewriter(json).rewrite();
}

const ESCAPED = /\\u(?:0000|[dD][89a-fA-F])/;
const LONG_NUMBER = /(?:^|[:[,])\s*-?(?:[\d.]{1000}|[\d.]+[eE][+-]?\d{3})/;

/** True for nearly every document. Each of these tests takes about a microsecond. */
function isSurelyStorable(json: string): boolean {
  return (
    json.isWellFormed() &&
    !ESCAPED.test(json) &&
    !LONG_NUMBER.test(json) &&
    countOpenings(json) <= MAX_NESTING
  );
}

function countOpenings(json: string): number {
  // Each level takes two characters.
  if (json.length <= 2 * MAX_NESTING) return 0;
  let openings = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) openings += 1;
  }
  return openings;
}

/** An object or list that is open at the current place. */
interface Frame {
  readonly isList: boolean;
  /** The key of the current value. */
  key: string;
  isKeyNext: boolean;
}

/** Reads a text of JSON character by character, because regular expressions fail on strings of some megabytes. */
class Rewriter {
  readonly #json: string;
  readonly #frames: Frame[] = [];
  readonly #replacements = new Map<string, Replacement>();
  #written = '';
  /** The text before this place is written. */
  #writtenUpTo = 0;

  constructor(json: string) {
    this.#json = json;
  }

  rewrite(): StorableJson {
    for (let at = 0; at < this.#json.length; ) at = this.#step(at);
    this.#written += this.#json.slice(this.#writtenUpTo);
    return { json: this.#written, replacements: [...this.#replacements.values()] };
  }

  /** Reads the token that begins at a place. Returns its end. */
  #step(at: number): number {
    const sign = this.#json[at] ?? '';
    const frame = this.#frames.at(-1);
    if (sign === '"') return this.#string(at, frame);
    if (sign === '{' || sign === '[') return this.#open(at, sign === '[');
    if (sign === '-' || (sign >= '0' && sign <= '9')) return this.#number(at);
    if (sign === '}' || sign === ']') this.#frames.pop();
    if (sign === ',' && frame !== undefined) frame.isKeyNext = !frame.isList;
    return at + 1;
  }

  #string(at: number, frame: Frame | undefined): number {
    const end = endOfString(this.#json, at);
    const text = this.#json.slice(at, end);
    const found: Unstorable[] = [];
    const storable = storableString(text, found);
    if (frame?.isKeyNext) {
      frame.key = storable.slice(1, -1).slice(0, MAX_PATH).toWellFormed();
      frame.isKeyNext = false;
    }
    if (storable !== text) this.#replace(at, end, storable, found);
    return end;
  }

  #open(at: number, isList: boolean): number {
    if (this.#frames.length < MAX_NESTING) {
      this.#frames.push({ isList, key: '', isKeyNext: !isList });
      return at + 1;
    }
    const end = endOfNested(this.#json, at);
    this.#replace(at, end, JSON.stringify(this.#json.slice(at, end).toWellFormed()), ['nested too deep']);
    return end;
  }

  #number(at: number): number {
    let end = at + 1;
    while (/[\d.eE+-]/.test(this.#json[end] ?? '')) end += 1;
    const number = this.#json.slice(at, end);
    if (digitsOf(number) > MAX_DIGITS) this.#replace(at, end, `"${number}"`, ['a number that is too long']);
    return end;
  }

  #replace(start: number, end: number, by: string, found: readonly Unstorable[]): void {
    this.#written += this.#json.slice(this.#writtenUpTo, start) + by;
    this.#writtenUpTo = end;
    if (this.#replacements.size >= MAX_REPLACEMENTS) return;
    const path = this.#path();
    for (const what of found) this.#replacements.set(`${what} ${path}`, { path, what });
  }

  #path(): string {
    const names = this.#frames.map(({ isList, key }) => (isList ? '[]' : `.${key}`));
    return names.join('').replace(/^\./, '').slice(0, MAX_PATH).toWellFormed();
  }
}

const ESCAPES = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/g;

/**
 * Makes a string of JSON, with its quotes, storable. Only escapes are replaced: `"\\u0000"` is a backslash and five
 * characters.
 */
function storableString(text: string, found: Unstorable[]): string {
  const note = (what: Unstorable) => {
    if (!found.includes(what)) found.push(what);
    return REPLACEMENT;
  };
  const wellFormed = text.isWellFormed()
    ? text
    : text.replace(/\p{Surrogate}/gu, (half) =>
        note(half >= '\udc80' && half <= '\udcff' ? 'a byte that is no UTF-8' : 'half a surrogate pair'),
      );
  if (!ESCAPED.test(wellFormed)) return wellFormed;
  return wellFormed.replace(ESCAPES, (sequence) => {
    if (sequence === '\\u0000') return note('U+0000');
    return /^\\u[dD][89a-fA-F]..$/.test(sequence) ? note('half a surrogate pair') : sequence;
  });
}

/** The end of the string that begins at a place, after its quote; the end of the text when it has none. */
function endOfString(json: string, open: number): number {
  for (let close = json.indexOf('"', open + 1); close >= 0; close = json.indexOf('"', close + 1)) {
    let first = close;
    while (json[first - 1] === '\\') first -= 1;
    if ((close - first) % 2 === 0) return close + 1;
  }
  return json.length;
}

/** The end of the object or list that begins at a place. */
function endOfNested(json: string, open: number): number {
  let depth = 0;
  for (let at = open; at < json.length; ) {
    const sign = json[at];
    if (sign === '{' || sign === '[') depth += 1;
    if (sign === '}' || sign === ']') depth -= 1;
    at = sign === '"' ? endOfString(json, at) : at + 1;
    if (depth === 0) return at;
  }
  return json.length;
}

/** An upper bound of the digits of a number that is written without an exponent. */
function digitsOf(number: string): number {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  return mantissa.length + Math.abs(Number(exponent) || 0);
}
