// Postgres and UTF-8 can't hold all that JSON can say. What they can't hold is replaced, in one way for the stream, the
// files and REST, so that no document is lost for it and the same document is stored the same from each source.
// Examples: "A\u0000B" becomes "A�B", and so do half a surrogate pair and a byte that is no UTF-8; the number 1e200000
// becomes the text "1e200000"; what is nested more than 1,000 deep becomes its own JSON as text.

/** What was replaced. */
export type Unstorable =
  | 'U+0000'
  | 'half a surrogate pair'
  | 'a byte that is no UTF-8'
  | 'a number that is too long'
  | 'nested too deep';

/** A place at which something was replaced. */
export interface Replacement {
  /** The path of the value from the root, such as `data.cases[].type`, cut to {@link MAX_PATH} characters. */
  readonly path: string;
  readonly what: Unstorable;
}

export interface StorableJson {
  /** The JSON as a jsonb column takes it; the same text when nothing was replaced. */
  readonly json: string;
  /** Each path and kind once, and no more than {@link MAX_REPLACEMENTS} of them. */
  readonly replacements: readonly Replacement[];
}

/** More places of one document are replaced as well, but not reported. */
export const MAX_REPLACEMENTS = 20;
/** A path is reported by so many characters, so that it fits into an index. */
export const MAX_PATH = 300;
/** A numeric takes 131,072 digits; as text each is written out, so that a short exponent would fill the memory of readers. */
const MAX_DIGITS = 1_000;
/** Postgres gives up somewhere beyond 12,000. */
const MAX_NESTING = 1_000;
const REPLACEMENT = '\ufffd';

/** Text as Postgres can hold it: U+FFFD stands for U+0000 and for half a surrogate pair. */
export function storableText(text: string): string {
  return text.replaceAll('\0', REPLACEMENT).toWellFormed();
}

/**
 * JSON as Postgres can hold it. A byte that is no UTF-8 is expected as a lone surrogate from U+DC80 to U+DCFF. Text that is
 * not JSON comes back as some text that is not JSON either.
 */
export function storableJson(json: string): StorableJson {
  return isSurelyStorable(json) ? { json, replacements: [] } : new Rewriter(json).rewrite();
}

const ESCAPED = /\\u(?:0000|[dD][89a-fA-F])/;
const LONG_NUMBER = /(?:^|[:[,])\s*-?(?:[\d.]{1000}|[\d.]+[eE][+-]?\d{3})/;

/** Nearly every document is, which each of these sees in about a microsecond. */
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

/** An object or list that is open at the place that is read. */
interface Frame {
  readonly isList: boolean;
  /** The key whose value is read. */
  key: string;
  isKeyNext: boolean;
}

/** Reads a text of JSON sign by sign, as regular expressions give up on strings of some megabytes. */
class Rewriter {
  readonly #json: string;
  readonly #frames: Frame[] = [];
  readonly #replacements = new Map<string, Replacement>();
  #written = '';
  /** What is before was written. */
  #writtenUpTo = 0;

  constructor(json: string) {
    this.#json = json;
  }

  rewrite(): StorableJson {
    for (let at = 0; at < this.#json.length; ) at = this.#step(at);
    this.#written += this.#json.slice(this.#writtenUpTo);
    return { json: this.#written, replacements: [...this.#replacements.values()] };
  }

  /** Reads what begins at a place. Returns where it ends. */
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

/** A string of JSON, with its quotes. Only what is an escape is replaced: `"\\u0000"` is a backslash and five characters. */
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

/** Where the string that begins at a place ends, behind its quote; the end of the text when it has none. */
function endOfString(json: string, open: number): number {
  for (let close = json.indexOf('"', open + 1); close >= 0; close = json.indexOf('"', close + 1)) {
    let first = close;
    while (json[first - 1] === '\\') first -= 1;
    if ((close - first) % 2 === 0) return close + 1;
  }
  return json.length;
}

/** Where the object or list that begins at a place ends. */
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

/** How many digits a number has when it is written without an exponent, or a few more. */
function digitsOf(number: string): number {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  return mantissa.length + Math.abs(Number(exponent) || 0);
}
