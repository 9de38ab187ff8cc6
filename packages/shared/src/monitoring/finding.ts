export interface QueueLimits {
  /** Without a connection for longer than this, a stream is down, in ms. */
  readonly downMs: number;
  /** Jobs that wait longer than this mean that the copy is behind, in ms. */
  readonly behindMs: number;
}

export interface Limits extends QueueLimits {
  /** So many open dead letters pile up. */
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

/** Something that is not as it should be. */
export interface Finding {
  readonly kind: FindingKind;
  /** The stream that it is about; null when it is about all. */
  readonly stream: string | null;
  /** `note`: it may pass, nobody is told; `warning`: to be looked at today; `critical`: now. */
  readonly severity: 'note' | 'warning' | 'critical';
  /** What is the matter, and what helps. */
  readonly text: string;
}
