/** Something that makes a copy not exact, as the database counts it. */
export interface Problem {
  readonly problem: string;
  readonly count: number;
  /** A few of them, for a reader. */
  readonly examples: readonly string[];
}
