import { asError, TimepointError } from '@timepoint/shared/platform/errors';

/** The remedy for each SQLSTATE, or beginning of one, that Postgres or a pooler returned. */
const BY_STATE: readonly (readonly [state: string, remedy: string])[] = [
  ['28', 'Check the user, the password and sslmode in DATABASE_URL, and pg_hba.conf of the server'],
  ['3D000', 'Create the database, or check its name in DATABASE_URL'],
  ['3F000', 'Run: timepoint migrate status'],
  ['42501', 'Run `timepoint doctor`: it names the permission that the role lacks'],
  ['42', 'Run `timepoint migrate status`: the schema may be of another version'],
  ['25006', 'Name the primary in DATABASE_URL; if it is the primary, reset default_transaction_read_only'],
  ['53100', 'Free space on the disk of Postgres'],
  ['53', 'Wait, or raise max_connections of Postgres; `timepoint doctor` counts the connections'],
  ['57P03', 'Wait until Postgres has started'],
  ['57014', 'Run it again when Postgres has less to do'],
];
/** The remedy for each message of PgBouncer, which has one SQLSTATE for everything that it refuses itself. */
const POOLER_STATE = '08P01';
const BY_WORDS: readonly (readonly [words: RegExp, remedy: string])[] = [
  [
    /startup parameter/,
    'Leave the parameter out of DATABASE_URL, or add it to ignore_startup_parameters of PgBouncer',
  ],
  [/statement pooling/, 'Set pool_mode of PgBouncer to transaction'],
  [/query_wait_timeout/, 'Raise default_pool_size of PgBouncer (docs/postgres.md#pgbouncer)'],
  [/no more connections/, 'Raise max_client_conn of PgBouncer'],
  [/no such (database|user)/, 'Check DATABASE_URL, and [databases] and auth_file of PgBouncer'],
  [/./, 'Read the log of PgBouncer, and check that Postgres runs'],
];
const TLS = 'Check sslmode and sslrootcert in DATABASE_URL';
const IS_TLS = /CERT|TLS|SSL|SIGNATURE|certificate/;
const IS_CONNECTION = /^E[A-Z_]+$/;
const IS_LOST =
  /connection terminated|connection timeout|timeout expired|timeout exceeded|not queryable|ended by|ssl|certificate/i;

/** Only an error that a server returned has a severity. */
const isAnswer = (error: unknown) => error instanceof Error && 'severity' in error;

/** Whether the store is the cause, not the program: Postgres refused, or its connection failed. */
export function isStoreError(error: unknown): boolean {
  if (isAnswer(error)) return true;
  const { code, message } = partsOf(error);
  return IS_CONNECTION.test(code) || IS_TLS.test(code) || IS_LOST.test(message);
}

/** What happened and the remedy, as two sentences. Never contains the password. */
export function explainStoreError(error: unknown, url: string): string {
  const { code, message } = partsOf(error);
  const { host, pathname } = new URL(url);
  if (error instanceof TimepointError) return `${host}${pathname}: ${message.replace(/\.$/, '')}.`;
  const isRefusal = isAnswer(error) && !/^(28|3D|57P03|53300|08)/.test(code);
  const what = isRefusal ? 'refused' : "can't be reached";
  return `Postgres at ${host}${pathname} ${what}: ${message.replace(/\.$/, '')}. ${remedyFor(error)}.`;
}

/** The remedy, as a sentence without its full stop. */
export function remedyFor(error: unknown): string {
  const { code, message } = partsOf(error);
  if (isAnswer(error) && code === POOLER_STATE)
    return BY_WORDS.find(([words]) => words.test(message))?.[1] ?? 'Run: timepoint doctor';
  if (isAnswer(error))
    return BY_STATE.find(([state]) => code.startsWith(state))?.[1] ?? 'Run: timepoint doctor';
  // A missing file of the URL is a problem of TLS too.
  if (IS_TLS.test(code) || IS_TLS.test(message) || code === 'ENOENT') return TLS;
  return 'Check DATABASE_URL, and that Postgres runs';
}

/** The code and message of an error. The errors of several addresses of a host come as one without a message. */
function partsOf(error: unknown): { code: string; message: string } {
  const first = error instanceof AggregateError && error.message === '' ? error.errors[0] : error;
  const { message } = asError(first);
  const code = (error as { code?: unknown } | null)?.code;
  return { code: typeof code === 'string' ? code : '', message };
}
