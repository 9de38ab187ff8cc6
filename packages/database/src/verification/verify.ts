// Is the copy exact? Everything that the tables say is told again by the log and compared: the coverage with the
// events, the rows with the fold of the events, the status changes with a recomputation. One consistent reading
// for each stream, so that it holds while workers go on writing.
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
  /** `empty`: nothing of the stream was ever committed, and there is nothing else of it either. */
  readonly verdict: 'exact' | 'not-exact' | 'empty';
  readonly extent: Extent | null;
  readonly problems: readonly Problem[];
}

/** How long jobs that are on their way may take to close a gap in the coverage, in ms. */
export const SETTLE_MS = 10_000;
const POLL_MS = 250;

/** Compares what is held of a stream with its log. A gap that jobs on their way close is waited for. */
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

/** Null when there is a gap and may be none: to compare is much dearer than to look for one. */
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

/** Status changes that are still to be derived: they are not wrong, but missing. */
function findBehind({ watermark, derived_up_to: derivedUpTo }: Extent): Problem[] {
  if (derivedUpTo >= watermark) return [];
  const example = `${derivedUpTo + 1} to ${watermark}`;
  return [{ problem: 'status-changes-to-derive', count: watermark - derivedUpTo, examples: [example] }];
}

/** One line for a stream, and one for each problem. */
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
