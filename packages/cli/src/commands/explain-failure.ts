import { isDatabaseError } from '@timepoint/database/pool';
import { asError, TimepointError } from '@timepoint/shared/platform/errors';

/**
 * The message of a command that failed: one text with a remedy, without a stack. An unexpected failure shows its stack
 * when `LOG_LEVEL` is `debug` or `trace`.
 */
export function explainFailure(thrown: unknown, logLevel: string | undefined): string {
  const error = asError(thrown);
  if (error instanceof TimepointError) return error.message;
  const isDetailed = logLevel === 'debug' || logLevel === 'trace';
  const stack = isDetailed ? `\n${error.stack}` : '';
  if (isDatabaseError(error)) {
    const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
    return `Postgres failed: ${error.message}${code}. See its log and \`timepoint doctor\`, then run this again.${stack}`;
  }
  if (isConnectionError(error))
    return `The connection to a store was lost: ${error.message}. See \`timepoint status\`, then run this again.${stack}`;
  const hint = isDetailed ? '' : ' LOG_LEVEL=debug shows the stack.';
  return `This failed unexpectedly: ${error.message}.${hint}${stack}`;
}

/** Whether an error of Node, pg or ioredis means that the connection was lost. */
function isConnectionError(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_AGAIN|NOTFOUND)/.test(code) ||
    /connection (terminated|is closed)|timeout|not queryable|max retries/i.test(error.message)
  );
}
