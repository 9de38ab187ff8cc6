/** An error with a stable code for programs and a remedy for the operator in its message. */
export class TimepointError extends Error {
  readonly code: string;
  /** Whether the same call can succeed later although nothing was changed. */
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TimepointError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** Every problem of a configuration, in one message. */
export class ConfigError extends TimepointError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const list = problems.map((problem) => `  - ${problem}`).join('\n');
    super('config', `The configuration has ${problems.length} problem(s):\n${list}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Returns what was thrown as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}
