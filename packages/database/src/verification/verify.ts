// Checks whether the copy is exact. Everything in the tables is computed again from the log and compared: the coverage
// with the events, the rows with the fold of the events, the status changes with a recomputation. Each stream is read
// in one snapshot of the database, so the result is right while workers go on writing.
import { setTimeout as sleep } from 'node:timers/promises';
import { streamNamed } from '@timepoint/shared/contract/streams';
import { oneLine } from '@timepoint/shared/platform/printable';
import { type Extent, readExtent } from '../coverage/read-coverage.ts';
import type { Database } from '../pool.ts';
import { findCoverageProblems } from './find-coverage-problems.ts';
import { findRowProblems } from './find-row-problems.ts';
import { findStatusProblems } from './find-status-problems.ts';
import { hasGap } from './has-gap.ts';
import type { Problem } from './problem.ts';

export interface Verdict {
  readonly stream: string;
  /** `empty`: no batch of the stream was ever committed, and no other table has data of it. */
  readonly verdict: 'exact' | 'not-exact' | 'empty';
  readonly extent: Extent | null;
  readonly problems: readonly Problem[];
}

/** How long to wait for jobs that are on their way and may close a gap in the coverage, in ms. */
export const SETTLE_MS = 10_000;
const POLL_MS = 250;

/** Compares the copy of a stream with its log. When the coverage has a gap, it waits for jobs that may close it. */
export async function verifyStream(
  database: Database,
  stream: string,
  settleMs = SETTLE_MS,
): Promise<Verdict> {
  const deadline = performance.now() + settleMs;
  for (;;) {
    const verdict = await compare(database, stream, { mayHaveGap: performance.now() >= deadline });
    if (verdict !== null) return verdict;
    await sleep(POLL_MS);
  }
}

/** Null when there is a gap and none is allowed. A comparison takes much longer than looking for a gap. */
async function compare(
  database: Database,
  stream: string,
  { mayHaveGap }: { mayHaveGap: boolean },
): Promise<Verdict | null> {
  return database.transaction(async (tx) => {
    await tx.query('set transaction read only');
    if (!mayHaveGap && (await hasGap(tx, stream))) return null;
    const declared = streamNamed(stream);
    const extent = await readExtent(tx, stream);
    const after = extent?.log_after ?? 0;
    const upTo = extent?.derived_up_to ?? 0;
    const problems = [
      ...(await findCoverageProblems(tx, stream)),
      ...(await findRowProblems(tx, declared)),
      ...(declared.hasCompanyStatus ? await findStatusProblems(tx, { stream, after, upTo }) : []),
      ...(declared.hasCompanyStatus && extent !== null ? findBehind(extent) : []),
    ];
    const verdict = problems.length > 0 ? 'not-exact' : extent === null ? 'empty' : 'exact';
    return { stream, verdict, extent, problems };
  }, 'repeatable read');
}

/** Status changes that are not yet derived. They are missing, not wrong. */
function findBehind({ watermark, derived_up_to: derivedUpTo }: Extent): Problem[] {
  if (derivedUpTo >= watermark) return [];
  const example = `${derivedUpTo + 1} to ${watermark}`;
  return [{ problem: 'status-changes-to-derive', count: watermark - derivedUpTo, examples: [example] }];
}

/** Formats a verdict: one line for the stream, and one for each problem. */
export function formatVerdict({ stream, verdict, extent, problems }: Verdict): string {
  const label = { exact: 'exact', 'not-exact': 'NOT EXACT', empty: 'nothing has been read yet' }[verdict];
  const reach =
    extent === null ? '' : `  up to ${extent.watermark}, checked against the log after ${extent.log_after}`;
  const accepted =
    extent !== null && extent.accepted > 0
      ? `; ${extent.accepted} events were never delivered (accepted holes)`
      : '';
  const lines = problems.map(
    ({ problem, count, examples }) => `  ${problem}: ${count}, such as ${examples.join('; ')}`,
  );
  return [`${stream}: ${label}${reach}${accepted}`, ...lines].map(oneLine).join('\n');
}
