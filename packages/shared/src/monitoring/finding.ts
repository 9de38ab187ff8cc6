export interface QueueLimits {
  /** A stream without a connection for longer than this is down, in ms. */
  readonly downMs: number;
  /** Jobs that wait longer than this mean that the copy is behind, in ms. */
  readonly behindMs: number;
}

export interface Limits extends QueueLimits {
  /** From this number of open dead letters on, people are notified. */
  readonly deadLetters: number;
}

export type FindingKind =
  | 'queue-unreachable'
  | 'database-unreachable'
  | 'not-registered'
  | 'stream-down'
  | 'stream-silent'
  | 'fewer-connections'
  | 'counted-anew'
  | 'position-expiring'
  | 'behind'
  | 'hole'
  | 'dead-letters'
  | 'failed-jobs'
  | 'store-failing'
  | 'work-failing';

/** A problem that was found, with its remedy. */
export interface Finding {
  readonly kind: FindingKind;
  /** The stream that it is about; null when it is about the whole system. */
  readonly stream: string | null;
  /** `note`: it may pass, and people are not notified. `warning`: look at it today. `critical`: look at it now. */
  readonly severity: 'note' | 'warning' | 'critical';
  /** What is wrong, and its remedy. */
  readonly text: string;
}
