// What the publisher repeats at the same place at every connection must not hold a stream for ever. Example: behind 103
// comes `{"error":…}`, at three connections in a row: at the third it is recorded, as a letter without a place, and read past.
import type { Ending } from './ending.ts';

/** Connections in a row that ended at a line that is no event, without anything new. */
export interface Stuck {
  readonly tries: number;
  /** The lines are on record: what repeats is recorded once. */
  readonly isRecorded: boolean;
}

/** What is to be known of a connection that has ended. */
export interface Outcome {
  readonly ending: Ending;
  /** Events that had not come before. */
  readonly events: number;
  /** Lines that are no events were the last that came. */
  readonly hasUnplaced: boolean;
  readonly hasRecorded: boolean;
}

/** The try that reads past. */
export const MAX_TRIES = 3;

/** Whether the next connection may read past lines that are no events. Pure, as all here. */
export function canReadPast(stuck: Stuck | null): boolean {
  return stuck !== null && stuck.tries >= MAX_TRIES - 1;
}

export function nextStuck(outcome: Outcome, before: Stuck | null): Stuck | null {
  const kept = outcome.events > 0 ? null : before;
  if (!isBlocked(outcome)) return kept;
  return {
    tries: (kept?.tries ?? 0) + 1,
    isRecorded: (kept?.isRecorded ?? false) || outcome.hasRecorded,
  };
}

/** How the publisher ends a connection; that we closed one says nothing of the lines that were held. */
const BY_PUBLISHER: readonly Ending['kind'][] = ['clean', 'idle', 'silent', 'network'];

/** Whether lines that are no events kept the connection from going on, however long it lasted. */
export function isBlocked({ ending, hasUnplaced }: Pick<Outcome, 'ending' | 'hasUnplaced'>): boolean {
  if (ending.kind === 'error-line' || ending.kind === 'not-a-stream') return true;
  return hasUnplaced && BY_PUBLISHER.includes(ending.kind);
}
