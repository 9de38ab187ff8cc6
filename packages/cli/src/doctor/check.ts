/** The result of one check of the doctor. */
export interface Check {
  readonly name: string;
  /** `problem`: it does not work. `warning`: it may fail, or work badly. `unknown`: it could not be checked. */
  readonly state: 'good' | 'warning' | 'problem' | 'unknown';
  readonly text: string;
  /** Null when the state is good. */
  readonly remedy: string | null;
}

/** A check without a problem. */
export const good = (name: string, text: string): Check => ({ name, state: 'good', text, remedy: null });

/** A check with another state than good, and its remedy. */
export const bad = (
  state: Exclude<Check['state'], 'good'>,
  name: string,
  text: string,
  remedy: string,
): Check => ({ name, state, text, remedy });
