import { offsetInLondon } from '../../london.ts';
import type { Day } from '../../world/calendar.ts';
import type { ControllerStream } from './controller-padding.ts';

/** How many resources of each stream a file has. */
export type ControllerCounts = Readonly<Record<ControllerStream, number>>;

/** By how many too many controllers wrong totals count. */
const WRONG_BY = 3;

/** What the last line of the file counts, over all parts. */
export function totalsOf(counts: ControllerCounts, day: Day, isWrong: boolean): object {
  return {
    kind: 'totals#persons-of-significant-control-snapshot',
    persons_of_significant_control_count:
      counts['persons-with-significant-control'] + (isWrong ? WRONG_BY : 0),
    statements_count: counts['persons-with-significant-control-statements'],
    exemptions_count: counts['company-exemptions'],
    generated_at: `${day}T03:40:50${offsetInLondon(day)}`,
  };
}
