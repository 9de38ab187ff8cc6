import type { Finding } from './finding.ts';

/** What is wrong with the whole, as far as a process can tell. */
export interface Judgement {
  /** As `assess` tells it, and what only this process knows. */
  readonly findings: readonly Finding[];
  readonly canReachQueues: boolean;
  /** Null of a process that does without a database. */
  readonly canReachDatabase: boolean | null;
}

export type Judge = () => Promise<Judgement>;
