import { settleStatement } from '@timepoint/database/drift/settle-drift';
import { applyStatement } from '@timepoint/database/events/apply-events';
import { saveStatement } from '@timepoint/database/letters/save-letters';
import { stagingTable } from '@timepoint/database/snapshots/begin-snapshot';
import { mergeStatement } from '@timepoint/database/snapshots/merge-rows';
import { exchangeStatement } from '@timepoint/database/verification/exchange-rows';
import { problemsStatement } from '@timepoint/database/verification/find-row-problems';
import { STREAMS, type Stream } from '@timepoint/shared/contract/streams';

type Statement = (stream: Stream) => string;

/** The statements that are rendered for every stream, by the folder of their texts in packages/database/src. */
const OF_ALL: readonly (readonly [folder: string, statement: Statement])[] = [
  ['events/apply-events.sql', applyStatement],
  ['letters/save-letters.sql', saveStatement],
  ['verification/exchange-rows.sql', exchangeStatement],
  ['verification/find-row-problems.sql', problemsStatement],
];

/** Those that are rendered for the streams whose resources a file has too. */
const WITH_FILE: readonly (readonly [folder: string, statement: Statement])[] = [
  ['drift/settle-drift.sql', settleStatement],
  ['snapshots/merge-rows.sql', (stream) => mergeStatement(stream, stagingTable(1))],
];

/** Renders the statements that carry guarantees, by file in packages/database/src. */
export function describeStatements(): Map<string, string> {
  const withFile = STREAMS.filter(({ snapshot }) => snapshot !== null);
  return new Map([
    ...OF_ALL.flatMap((statement) => renderAll(statement, STREAMS)),
    ...WITH_FILE.flatMap((statement) => renderAll(statement, withFile)),
  ]);
}

function renderAll([folder, statement]: (typeof OF_ALL)[number], streams: readonly Stream[]) {
  return streams.map((stream) => [`${folder}/${stream.table}.sql`, statement(stream).trimStart()] as const);
}
