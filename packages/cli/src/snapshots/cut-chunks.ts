import { createHash } from 'node:crypto';
import type {
  SnapshotPiece,
  SnapshotReject,
  SnapshotRow,
  SnapshotTotals,
} from '@timepoint/database/snapshots/snapshot-piece';

/** Lines of a chunk. A merge locks the rows that it writes, so a chunk must merge in a fraction of a second. */
export const CHUNK_LINES = 2_000;

/** Consecutive lines of a file. The same file is always cut at the same lines. */
export interface Chunk {
  /** Its position in the file, from 0. */
  readonly chunk: number;
  readonly rows: readonly SnapshotRow[];
  readonly rejects: readonly SnapshotReject[];
  /** The totals at the end of the file. */
  readonly totals: SnapshotTotals | null;
}

/** Cuts the pieces of a file into chunks by the numbers of the lines. Empty chunks are left out. */
export async function* cutChunks(
  pieces: AsyncIterable<SnapshotPiece>,
  chunkLines = CHUNK_LINES,
): AsyncGenerator<Chunk> {
  let rows: readonly SnapshotRow[] = [];
  let rejects: readonly SnapshotReject[] = [];
  let totals: SnapshotTotals | null = null;
  let chunk = 0;
  for await (const piece of pieces) {
    rows = [...rows, ...piece.rows];
    rejects = [...rejects, ...piece.rejects];
    totals = piece.totals ?? totals;
    const reached = Math.max(rows.at(-1)?.line ?? 0, rejects.at(-1)?.line ?? 0);
    for (; reached >= (chunk + 1) * chunkLines; chunk += 1) {
      const end = (chunk + 1) * chunkLines;
      const [ownRows, laterRows] = split(rows, end);
      const [ownRejects, laterRejects] = split(rejects, end);
      if (ownRows.length + ownRejects.length > 0)
        yield { chunk, rows: ownRows, rejects: ownRejects, totals: null };
      rows = laterRows;
      rejects = laterRejects;
    }
  }
  if (rows.length + rejects.length > 0 || totals !== null) yield { chunk, rows, rejects, totals };
}

/** Splits items into those before a line, and those from that line on. */
function split<Item extends { line: number }>(
  items: readonly Item[],
  line: number,
): [readonly Item[], readonly Item[]] {
  const place = items.findIndex((item) => item.line >= line);
  return place === -1 ? [items, []] : [items.slice(0, place), items.slice(place)];
}

/**
 * Formats rows for `copy` into the staging table: chunk, line, stream, resource_uri, resource_kind, company_number,
 * data.
 */
export function toCopyText(chunk: number, rows: readonly SnapshotRow[]): string {
  let text = '';
  for (const { line, stream, resourceUri, resourceKind, companyNumber, json } of rows)
    text += `${chunk}\t${line}\t${stream}\t${escaped(resourceUri)}\t${escaped(resourceKind)}\t${companyNumber}\t${escaped(json)}\n`;
  return text;
}

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Escapes a value for the text format of `copy`. */
function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (sign) => ESCAPES[sign] ?? sign) : text;
}

/** SHA-1 of the text of a chunk. */
export function digestOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
