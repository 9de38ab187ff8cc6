import { PieceBuilder, type SnapshotPiece } from '@timepoint/database/snapshots/snapshot-piece';
import { decodeText } from '@timepoint/shared/contract/decode-text';
import { cutSource, lineBlocks } from './line-blocks.ts';
import { type PscLine, parsePscLine } from './psc-line.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Reads the file of persons with significant control as a stream. Each line becomes a row with its document, or a
 * reject. The last line has the totals. Lines end with "\n" only, as a line may contain a raw U+2028. The last line may
 * lack the line end when it is whole.
 * @throws TimepointError `source-cut` when the file stops within a line.
 */
export async function* readPscSnapshot(content: AsyncIterable<Buffer>): AsyncGenerator<SnapshotPiece, void> {
  const piece = new PieceBuilder();
  let line = 0;
  for await (const block of lineBlocks(content)) {
    for (const { bytes, hasEnd } of linesOf(block)) {
      line += 1;
      // Lines are decoded one by one, as a single character outside Latin-1 doubles the memory of the whole text.
      const text = decodeText(bytes, line === 1);
      const parsed = parsePscLine(text);
      if (parsed.kind === 'reject' && !hasEnd && !isJson(text)) throw cutSource();
      addLine(piece, line, text, parsed);
      if (piece.isFull) yield piece.take();
    }
  }
  if (!piece.isEmpty) yield piece.take();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Yields lines without their line ends, and whether they had one. */
function* linesOf(block: Buffer): Generator<{ bytes: Buffer; hasEnd: boolean }, void> {
  for (let start = 0; start < block.length; ) {
    const newline = block.indexOf(NEWLINE, start);
    const end = newline < 0 ? block.length : newline;
    const bytes = block.subarray(start, block[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
    yield { bytes, hasEnd: newline >= 0 };
    start = end + 1;
  }
}

function addLine(piece: PieceBuilder, line: number, text: string, parsed: PscLine): void {
  if (text === '') return;
  switch (parsed.kind) {
    case 'row':
      piece.addRow({ line, ...parsed.row });
      break;
    case 'totals':
      piece.setTotals(parsed.totals);
      break;
    case 'reject':
      piece.addReject(line, parsed.reason, text);
      break;
  }
}
