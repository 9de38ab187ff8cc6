import { BAD_BYTES_MARK, encodeBadly } from '../bad-bytes.ts';
import type { Piece } from '../contents.ts';
import { faultsOfRow, type SnapshotFault } from '../faults.ts';
import { COLUMNS } from './columns.ts';

/** Writes rows with their faults. */
export interface RowWriter {
  readonly header: string;
  write(fields: readonly string[], index: number): Piece;
}

const NAME = COLUMNS.indexOf('CompanyName');
const STATUS = COLUMNS.indexOf('CompanyStatus');
const CREATED = COLUMNS.indexOf('IncorporationDate');
const EXTRA_COLUMN = 'RegAddress.UPRN';
/** A day that does not exist. */
const BAD_DAY = '31/02/2019';
/** Every second row has no quotes around an empty field. */
const BARE_ROWS = 2;

/** Creates a writer of rows with these faults. Without faults all fields are quoted. */
export function createRowWriter(faults: ReadonlySet<SnapshotFault>): RowWriter {
  const arrange = arrangement(faults);
  const header = `${arrange(COLUMNS, EXTRA_COLUMN).join(',')}\r\n`;
  if (faults.size === 0) return { header, write: quoteAll };
  return {
    header,
    write(fields, index) {
      const wrong = faultsOfRow(faults, index);
      const faulty = [...fields];
      if (wrong.includes('bad-bytes')) faulty[NAME] = `CAF${BAD_BYTES_MARK} ${faulty[NAME]}`;
      if (wrong.includes('bad-date')) faulty[CREATED] = BAD_DAY;
      const arranged = arrange(faulty, '');
      if (wrong.includes('ragged')) makeRagged(arranged, index);
      const isBare = faults.has('bare-empties') && index % BARE_ROWS === 1;
      const row = isBare ? quoteFilled(arranged) : quoteAll(arranged);
      const piece = wrong.includes('bad-bytes') ? encodeBadly(row) : row;
      return wrong.includes('duplicate-row') ? repeat(piece) : piece;
    },
  };
}

type Arrange = (fields: readonly string[], extra: string) => string[];

/** Creates the function that adds, removes or moves columns, in the header and in every row. */
function arrangement(faults: ReadonlySet<SnapshotFault>): Arrange {
  return (fields, extra) => {
    const arranged = [...fields];
    if (faults.has('extra-column')) arranged.splice(STATUS + 1, 0, extra);
    if (faults.has('missing-column')) arranged.splice(STATUS, 1);
    return faults.has('reordered-columns') ? arranged.reverse() : arranged;
  };
}

function makeRagged(fields: string[], index: number): void {
  if (index % 2 === 1) fields.pop();
  else fields.push('');
}

function quoteAll(fields: readonly string[]): string {
  return `"${fields.join('","')}"\r\n`;
}

function quoteFilled(fields: readonly string[]): string {
  return `${fields.map((field) => (field === '' ? '' : `"${field}"`)).join(',')}\r\n`;
}

function repeat(piece: Piece): Piece {
  return typeof piece === 'string' ? piece + piece : Buffer.concat([piece, piece]);
}
