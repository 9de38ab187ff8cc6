import type { Finding } from './finding.ts';

/** What one process finds wrong with the whole system. */
export interface ProcessAssessment {
  /** The findings of `assess`, and those that only this process can make. */
  readonly findings: readonly Finding[];
  readonly canReachQueues: boolean;
  /** Null for a process that has no database. */
  readonly canReachDatabase: boolean | null;
}

/** Assesses the system as it is now. A store that can't be reached is a finding. */
export type AssessNow = () => Promise<ProcessAssessment>;
