// Logs the errors of queues and workers. BullMQ reports them only to listeners.
import { asError, TimepointError } from '../platform/errors.ts';
import type { Logger } from '../platform/logger.ts';
import { isReadOnly, refusalOf } from '../platform/write-refusal.ts';
import { explainPostgresFailure } from './postgres-connection.ts';

/**
 * Errors of a lost connection. The code that needs the connection reports it, and each try to reconnect is an error.
 */
const CONNECTION_ERROR = /^E[A-Z]+$|^57P|^08/;

/**
 * A store that refuses is asked about every second. The same refusal is a warning again only after this time, in ms.
 */
const SAME_AGAIN_MS = 10 * 60_000;

/** Logs the errors of a queue or worker. A repeated error is logged once in a while. */
export function reportTo(logger: Logger) {
  const warnedAt = new Map<string, number>();
  const isRepeated = (error: NodeJS.ErrnoException) => {
    if (refusalOf(error) === null) return false;
    const code = error.code ?? '';
    const now = performance.now();
    const before = warnedAt.get(code) ?? Number.NEGATIVE_INFINITY;
    if (now - before < SAME_AGAIN_MS) return true;
    warnedAt.set(code, now);
    return false;
  };
  return (error: NodeJS.ErrnoException) => {
    const isExpected =
      CONNECTION_ERROR.test(error.code ?? '') ||
      /connection|closed/i.test(error.message) ||
      isRepeated(error);
    logger[isExpected ? 'debug' : 'warn']({ err: error }, 'queue error');
  };
}

/** The error for queues that could not be opened. It names the setting to check. */
export function unreachable(server: string, url: string, setting: string, cause: unknown): TimepointError {
  const { host, pathname } = new URL(url);
  if (isReadOnly(cause)) {
    const refusal = `${server} at ${host}${pathname} takes no writes, so the queues can't be made: ${asError(cause).message}.`;
    const remedy = `Name the primary in ${setting}; if it is the primary, reset default_transaction_read_only.`;
    return new TimepointError('queue-unreachable', `${refusal} ${remedy}`, { retryable: true, cause });
  }
  const message = `${server} at ${host}${pathname} can't be reached for the queues: ${explainPostgresFailure(asError(cause).message)}. Check ${setting}.`;
  return new TimepointError('queue-unreachable', message, { retryable: true, cause });
}
