// A bad file is refused whole. Totals that differ from the rows of a file are reported, and are no reason to refuse it:
// the publisher does not document how it counts.

import type { ReadCounts } from '@timepoint/database/snapshots/save-read';
import type { SnapshotName } from '@timepoint/database/snapshots/snapshot-name';
import { TimepointError } from '@timepoint/shared/platform/errors';

/** Codes of errors that mean that the file differs from the file of the publisher, so that a retry would not help. */
const BAD_FILE = ['zip-broken', 'zip-entries', 'source-cut', 'snapshot-empty'];

/** Whether an error means that the file itself is bad. */
export function isBadFile(error: unknown): error is TimepointError {
  return error instanceof TimepointError && BAD_FILE.includes(error.code);
}

/**
 * Checks the counts of a whole file. The last of several parts may have the totals alone.
 * @throws TimepointError `snapshot-empty` when it has no good row: every resource would count as missing from the file.
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
