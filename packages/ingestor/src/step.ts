import type { Hole } from '@timepoint/shared/contract/job';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { type Ending, MAX_SEEN_LENGTH } from './ending.ts';
import type { Line } from './lines.ts';

/** A line that has its place in the sequence. */
export interface SequencedLine extends Line {
  /** It names a timepoint that the events around it contradict, so it is no event. */
  readonly isMisnumbered?: boolean;
}

/** Lines that belong together, and the position after them: everything up to `upTo` is held. */
export interface Advance {
  readonly lines: readonly SequencedLine[];
  readonly upTo: Timepoint;
  /** Recorded and read past, because asking again did not bring its events. */
  readonly hole?: Hole;
}

/** What a line leads to. All but `advance` and `held` end the connection. */
export type Step =
  | { readonly kind: 'advance'; readonly advance: Advance }
  /** Kept back until events that follow give the line its place. */
  | { readonly kind: 'held' }
  /** More lines in a row than can be held are no events of this stream, or a page came. `text` is the first of them. */
  | { readonly kind: 'not-a-stream'; readonly text: string }
  | Extract<Ending, { readonly kind: 'hole' | 'error-line' | 'counted-anew' }>;

/** A hole that may be read past if it comes up again. */
export interface AcceptedHole {
  readonly after: number;
  readonly cause: Hole['cause'];
  readonly attempts: number;
}

/** The ending that a step is. Pure. */
export function endingOf(step: Exclude<Step, { readonly kind: 'advance' | 'held' }>): Ending {
  if (step.kind !== 'not-a-stream') return step;
  return { kind: 'not-a-stream', text: step.text.slice(0, MAX_SEEN_LENGTH) };
}
