// A file that is bad is refused whole. What is not proven is no reason to refuse: the totals of a file that differ from
// its rows are reported, as the publisher does not say how it counts.

import type { ReadCounts } from '@timepoint/database/snapshots/save-read';
import type { SnapshotName } from '@timepoint/database/snapshots/snapshot-name';
import { TimepointError } from '@timepoint/shared/platform/errors';

/** Codes of errors that say that the file is not what the publisher made, so that reading on later would not help. */
const BAD_FILE = ['zip-broken', 'zip-entries', 'source-cut', 'snapshot-empty'];

/** Whether an error says that the file itself is bad. */
export function isBadFile(error: unknown): error is TimepointError {
  return error instanceof TimepointError && BAD_FILE.includes(error.code);
}

/**
 * Checks what was read of a whole file. The last of several parts may hold the totals alone.
 * @throws TimepointError `snapshot-empty` when it has no good row: all that it should hold would count as missing.
 */
export function checkRows({ part, parts }: SnapshotName, { rows, rejects, totals }: ReadCounts): void {
  if (Object.values(rows).some((count) => count > 0)) return;
  if (rejects === 0 && totals !== null && parts > 1 && part === parts) return;
  throw noRows(rejects);
}

/** The error of a file without a good row. */
export function noRows(rejects: number): TimepointError {
  const found = rejects === 0 ? 'holds no rows' : `holds no good row, and ${rejects} bad ones`;
  return new TimepointError(
    'snapshot-empty',
    `The file ${found}. Download it again, and compare its size with the publisher's.`,
  );
}
