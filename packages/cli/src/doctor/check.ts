/** What the doctor found out about one thing. */
export interface Check {
  readonly name: string;
  /** `problem`: it does not work so; `warning`: it may not, or not well; `unknown`: it could not be looked at. */
  readonly state: 'good' | 'warning' | 'problem' | 'unknown';
  readonly text: string;
  /** What helps; null when it is good. */
  readonly remedy: string | null;
}

/** All is well. */
export const good = (name: string, text: string): Check => ({ name, state: 'good', text, remedy: null });

/** It is not as it should be. */
export const bad = (
  state: Exclude<Check['state'], 'good'>,
  name: string,
  text: string,
  remedy: string,
): Check => ({ name, state, text, remedy });
