import { offsetInLondon } from '../../london.ts';
import type { Day } from '../../world/calendar.ts';
import type { ControllerStream } from './controller-padding.ts';

/** The number of resources of each stream in a file. */
export type ControllerCounts = Readonly<Record<ControllerStream, number>>;

/** The surplus of controllers in wrong totals. */
const WRONG_BY = 3;

/** Makes the totals of the last line of the file, over all parts. */
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
