/** A kind of difference that makes a copy not exact, with its count. */
export interface Problem {
  readonly problem: string;
  readonly count: number;
  /** A few of the differences, as text. */
  readonly examples: readonly string[];
}
