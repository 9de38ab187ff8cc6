import { BAD_BYTES_MARK, encodeBadly } from '../bad-bytes.ts';
import type { Piece } from '../contents.ts';
import { faultsOfRow, type SnapshotFault } from '../faults.ts';
import { COLUMNS } from './columns.ts';

/** Writes rows, each with whatever is to be wrong with it. */
export interface RowWriter {
  readonly header: string;
  write(fields: readonly string[], index: number): Piece;
}

const NAME = COLUMNS.indexOf('CompanyName');
const STATUS = COLUMNS.indexOf('CompanyStatus');
const CREATED = COLUMNS.indexOf('IncorporationDate');
const EXTRA_COLUMN = 'RegAddress.UPRN';
/** In the year 2019 February had 28 days. */
const BAD_DAY = '31/02/2019';
/** Every second row has nothing between the commas of an empty field. */
const BARE_ROWS = 2;

/** Writes rows as the faults demand; without any, all fields are quoted. */
export function createRowWriter(faults: ReadonlySet<SnapshotFault>): RowWriter {
  const arrange = arrangement(faults);
  const header = `${arrange(COLUMNS, EXTRA_COLUMN).join(',')}\r\n`;
  if (faults.size === 0) return { header, write: quoteAll };
  return {
    header,
    write(fields, index) {
      const wrong = faultsOfRow(faults, index);
      const spoiled = [...fields];
      if (wrong.includes('bad-bytes')) spoiled[NAME] = `CAF${BAD_BYTES_MARK} ${spoiled[NAME]}`;
      if (wrong.includes('bad-date')) spoiled[CREATED] = BAD_DAY;
      const arranged = arrange(spoiled, '');
      if (wrong.includes('ragged')) tear(arranged, index);
      const isBare = faults.has('bare-empties') && index % BARE_ROWS === 1;
      const row = isBare ? quoteFilled(arranged) : quoteAll(arranged);
      const piece = wrong.includes('bad-bytes') ? encodeBadly(row) : row;
      return wrong.includes('duplicate-row') ? twice(piece) : piece;
    },
  };
}

type Arrange = (fields: readonly string[], extra: string) => string[];

/** Columns that are missing, more or elsewhere: of the header and of every row. */
function arrangement(faults: ReadonlySet<SnapshotFault>): Arrange {
  return (fields, extra) => {
    const arranged = [...fields];
    if (faults.has('extra-column')) arranged.splice(STATUS + 1, 0, extra);
    if (faults.has('missing-column')) arranged.splice(STATUS, 1);
    return faults.has('reordered-columns') ? arranged.reverse() : arranged;
  };
}

function tear(fields: string[], index: number): void {
  if (index % 2 === 1) fields.pop();
  else fields.push('');
}

function quoteAll(fields: readonly string[]): string {
  return `"${fields.join('","')}"\r\n`;
}

function quoteFilled(fields: readonly string[]): string {
  return `${fields.map((field) => (field === '' ? '' : `"${field}"`)).join(',')}\r\n`;
}

function twice(piece: Piece): Piece {
  return typeof piece === 'string' ? piece + piece : Buffer.concat([piece, piece]);
}
