// A record may span lines, so a missing quote could swallow the rest of the file. To prevent that, a line on which no
// valid record begins is rejected alone, and reading continues with the next line. Example:
//   "A LTD,"01000001",""    → rejected: the name has no closing quote
//   "B LTD","01000002",""   → a record
// The second line is read although it could be a part of the open value of the first.
import { decodeText } from '@timepoint/shared/contract/decode-text';
import { type LineOptions, lineBlocks } from './line-blocks.ts';
import { MAX_RECORD_CHARACTERS, OPEN, parseRecord } from './parse-record.ts';

/** A record of a CSV file, or a broken line. */
export interface CsvRecord {
  /** The number of its first line in the file, from 1. */
  readonly line: number;
  /** Its values. A broken record has those before the fault. */
  readonly fields: readonly string[];
  /**
   * `quotes`: a value is not closed, or has a quote where none is allowed. `columns`: there are too few or too many.
   */
  readonly fault: 'quotes' | 'columns' | null;
  /** Its text with the line end. A broken record has its first line only. */
  readonly raw: string;
}

/**
 * Yields the records of a CSV file, as many at a time as a chunk completes. Blank lines are skipped.
 * @throws TimepointError `source-cut`, as {@link lineBlocks} does.
 */
export async function* csvRecords(
  content: AsyncIterable<Buffer>,
  columns: number,
  options: LineOptions = {},
): AsyncGenerator<readonly CsvRecord[], void> {
  const cutter = new RecordCutter(columns);
  for await (const block of lineBlocks(content, options)) yield cutter.push(block);
  yield cutter.end();
}

class RecordCutter {
  readonly #columns: number;
  /** Whole lines of a record that has begun and has not ended. */
  #rest = '';
  #line = 1;

  constructor(columns: number) {
    this.#columns = columns;
  }

  push(lines: Buffer): CsvRecord[] {
    const isBeginning = this.#line === 1 && this.#rest === '';
    return this.#cut(this.#rest + decodeText(lines, isBeginning), false);
  }

  end(): CsvRecord[] {
    return this.#cut(this.#rest, true);
  }

  #cut(text: string, isEnd: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    let at = 0;
    while (at < text.length) {
      const fields: string[] = [];
      const end = parseRecord(text, at, fields);
      if (end === OPEN && !isEnd && text.length - at <= MAX_RECORD_CHARACTERS) break;
      const lineEnd = endOfLine(text, at);
      const fault = end < 0 ? 'quotes' : fields.length === this.#columns ? null : 'columns';
      const next = fault === null ? end : lineEnd;
      if (fault === null || !isBlank(text, at)) {
        records.push({ line: this.#line, fields, fault, raw: text.slice(at, next) });
      }
      this.#line += next === lineEnd ? 1 : countLines(text, at, next);
      at = next;
    }
    this.#rest = text.slice(at);
    return records;
  }
}

function isBlank(text: string, at: number): boolean {
  return text.startsWith('\n', at) || text.startsWith('\r\n', at);
}

/** The position of the next line. */
function endOfLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = start; at < end; at = endOfLine(text, at)) lines += 1;
  return lines;
}
