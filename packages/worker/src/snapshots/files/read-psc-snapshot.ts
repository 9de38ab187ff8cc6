import { decodeText } from './decode-text.ts';
import { lineBlocks } from './line-blocks.ts';
import { parsePscLine } from './psc-line.ts';
import { PieceBuilder, type SnapshotPiece } from './snapshot-piece.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Reads the file of who controls companies as a stream: each line becomes a row with its document, or a reject; the
 * last one gives the totals. Lines end with "\n" only, as U+2028 may stand raw in them.
 */
export async function* readPscSnapshot(content: AsyncIterable<Buffer>): AsyncGenerator<SnapshotPiece, void> {
  const piece = new PieceBuilder();
  let line = 0;
  for await (const block of lineBlocks(content)) {
    for (const bytes of linesOf(block)) {
      line += 1;
      // One by one, as a single foreign letter makes each character of what is decoded with it twice as large.
      addLine(piece, line, decodeText(bytes, line === 1));
      if (piece.isFull) yield piece.take();
    }
  }
  if (!piece.isEmpty) yield piece.take();
}

/** Lines without their ends. */
function* linesOf(block: Buffer): Generator<Buffer, void> {
  for (let start = 0; start < block.length; ) {
    const newline = block.indexOf(NEWLINE, start);
    const end = newline < 0 ? block.length : newline;
    yield block.subarray(start, block[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
    start = end + 1;
  }
}

function addLine(piece: PieceBuilder, line: number, text: string): void {
  if (text === '') return;
  const parsed = parsePscLine(text);
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
