import { noteOf, PieceBuilder, type SnapshotPiece } from '@timepoint/database/snapshots/snapshot-piece';
import { COLUMNS, checkHeader, placeOf } from './company-columns.ts';
import { parseCompanyNumber } from './company-number.ts';
import { companyProfile } from './company-profile.ts';
import { type CsvRecord, csvRecords } from './csv-records.ts';
import { explainValue, findBadDay, toStorable } from './find-problem.ts';

const NUMBER_PLACE = placeOf('CompanyNumber');

/**
 * Reads the company file as a stream: each record becomes a row with a document in the shape of the API, or a reject.
 * @throws TimepointError `snapshot-header`, before any piece, when the columns are not the known ones, and `source-cut`
 * when the last line has no line end.
 */
export async function* readBasicCompanyData(
  content: AsyncIterable<Buffer>,
): AsyncGenerator<SnapshotPiece, void> {
  const piece = new PieceBuilder();
  let isHeaderRead = false;
  for await (const records of csvRecords(content, COLUMNS.length, { mustEndInLine: true })) {
    for (const record of records) {
      if (isHeaderRead) addRecord(piece, record);
      else checkHeader(record);
      isHeaderRead = true;
      if (piece.isFull) yield piece.take();
    }
  }
  if (!isHeaderRead) checkHeader(undefined);
  if (!piece.isEmpty) yield piece.take();
}

function addRecord(piece: PieceBuilder, record: CsvRecord): void {
  const { line, raw } = record;
  const { fields, deviations } = toStorable(record);
  const companyNumber = parseCompanyNumber(fields[NUMBER_PLACE] ?? '');
  const problem = findFault(record) ?? findBadDay(fields);
  if (problem !== null) {
    piece.addReject(line, problem, raw);
  } else if (companyNumber === null) {
    piece.addReject(line, explainValue(NUMBER_PLACE, fields, 'is not a company number'), raw);
  } else {
    const profile = companyProfile(fields, companyNumber);
    piece.addRow({
      line,
      stream: 'companies',
      resourceUri: `/company/${companyNumber}`,
      resourceKind: 'company-profile',
      companyNumber,
      json: JSON.stringify(profile),
      ...noteOf('companies', profile, { deviations, raw }),
    });
  }
}

function findFault({ fault, fields }: CsvRecord): string | null {
  if (fault === null) return null;
  if (fault === 'quotes')
    return `the quotes of ${COLUMNS[fields.length] ?? 'what follows the last column'} are wrong`;
  return `there are ${fields.length} columns, not ${COLUMNS.length}`;
}
