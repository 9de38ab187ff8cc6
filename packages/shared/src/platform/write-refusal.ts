/**
 * SQLSTATEs with which Postgres refuses the writes of every role: it is read-only or a standby (25006), its disk is
 * full or its memory used up (53), its files fail (58, XX), or a lock or load holds the write up (55P03, 57014).
 */
const REFUSALS = /^(25006|53|55P03|57014|58|XX)/;

/**
 * The message with which Postgres refused to write; null when the error says nothing about writes in general, such as a
 * missing permission of the role.
 */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return REFUSALS.test(String(error.code)) ? error.message : null;
}

/** Whether a Postgres refused because it is read-only or a standby. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '25006';
}
