// A line that the publisher repeats at the same place on every connection must not block a stream for ever. Example: after
// 103 comes `{"error":…}` on three connections in a row. On the third it is recorded, as a dead letter without a place, and
// read past.
import type { Ending } from './ending.ts';

/** Connections in a row that brought nothing new and ended at a line that is no event. */
export interface Stuck {
  readonly tries: number;
  /** The lines are recorded, which happens once. */
  readonly isRecorded: boolean;
}

/** How a connection ended. */
export interface Outcome {
  readonly ending: Ending;
  /** Events that had not come before. */
  readonly events: number;
  /** The last lines that came are no events. */
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

/** How the publisher ends a connection. If we closed it, that says nothing about the held lines. */
const BY_PUBLISHER: readonly Ending['kind'][] = ['clean', 'idle', 'silent', 'network'];

/** Whether lines that are no events kept the connection from going on, even if it lasted long. */
export function isBlocked({ ending, hasUnplaced }: Pick<Outcome, 'ending' | 'hasUnplaced'>): boolean {
  if (ending.kind === 'error-line' || ending.kind === 'not-a-stream') return true;
  return hasUnplaced && BY_PUBLISHER.includes(ending.kind);
}
