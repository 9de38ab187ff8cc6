import type { MissingRange } from '@timepoint/database/coverage/save-holes';
import type { Letter } from '@timepoint/database/letters/save-letters';
import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';

/** Events and letters of a stream, which cover the timepoints `(after, upTo]`: the lines of a job, or a letter's event. */
export interface Batch {
  readonly stream: StreamName;
  /** Where the coverage of the stream begins when it has none yet. */
  readonly origin: Timepoint;
  readonly after: Timepoint;
  readonly upTo: Timepoint;
  /** When the first of the lines was read, in ms since the epoch. */
  readonly receivedAt: number;
  /** One for each timepoint, in timepoint order. */
  readonly events: readonly StreamEvent[];
  /** Further events with the timepoint of an earlier line: repetitions or other events. In the order of their lines. */
  readonly repeats: readonly StreamEvent[];
  readonly letters: readonly Letter[];
  /** Timepoints of `(after, upTo]` for which there is no line. */
  readonly holes: readonly MissingRange[];
  /** The `id` of the dead letter that is replayed; null for the lines of a job. */
  readonly replayedLetter: number | null;
}
