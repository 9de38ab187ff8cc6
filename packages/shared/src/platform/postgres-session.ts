// A role, a database, a server and a URL (`?options=…`) can each give a session other settings than our statements
// need. Settings that change the meaning or the result of a statement are therefore set after connecting. They are not
// sent as start-up parameters: a URL overrides those, and PgBouncer refuses most of them.
//
// A pooler, such as PgBouncer, may run each transaction in another session, and passes a session with its settings on
// to the next client. Behind a pooler, settings may be set only for the current transaction.

import { TimepointError } from './errors.ts';

/** The part of a `pg` client that is needed here. */
interface SessionClient {
  query(question: string | TimedQuestion): Promise<{ rows: { pid?: number }[] }>;
}

interface TimedQuestion {
  readonly text: string;
  readonly query_timeout: number;
}

/** A pooler takes a connection at once, and lets its first statement wait for a session. So long, in ms. */
const SESSION_WAIT_MS = 10_000;
const TIMED_OUT = 'Query read timeout';

export interface SessionOptions {
  /** How long a statement may take, in ms; 0 for no limit. */
  readonly statementTimeoutMs: number;
  /** How long a transaction may wait for its next statement, in ms; 0 for no limit. */
  readonly idleInTransactionMs: number;
  readonly isReadOnly?: boolean;
}

/** `direct`: a connection is a session; `pooled`: each transaction may have another session. */
export type Route = 'direct' | 'pooled';

/**
 * Settings that are the same for every statement: how values are read and written, and how long locks are waited for.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  client_encoding: 'UTF8',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  quote_all_identifiers: 'off',
  row_security: 'on',
  lock_timeout: '0',
};

/**
 * Sets up a connection that was just opened, and finds out how it reaches Postgres. Behind a pooler the process id of the
 * session differs from the one that the client was given. PgBouncer gives 32 random bits, which are equal by chance for one
 * connection in four thousand million.
 * @throws as {@link askForSession}.
 */
export async function openSession(client: object, options: SessionOptions): Promise<Route> {
  const session = client as SessionClient;
  const { rows } = await askForSession(session, 'select pg_backend_pid() as pid');
  if (rows[0]?.pid !== Reflect.get(client, 'processID')) return 'pooled';
  await session.query(`${settingsFor('session', options)};
    select set_config('default_transaction_isolation', 'read committed', false)
    ${options.isReadOnly ? ", set_config('default_transaction_read_only', 'on', false)" : ''}`);
  return 'direct';
}

/**
 * Runs a short statement, for which a pooler must find a session.
 * @throws TimepointError `no-session` when there is none for a while, and what the statement fails with.
 */
export async function askForSession(client: object, text: string): Promise<{ rows: { pid?: number }[] }> {
  const session = client as SessionClient;
  return session.query({ text, query_timeout: SESSION_WAIT_MS }).catch((error: unknown) => {
    if (!(error instanceof Error) || error.message !== TIMED_OUT) throw error;
    const message =
      `Postgres gave no session within ${SESSION_WAIT_MS / 1000} s. ` +
      'If a pooler stands before it, raise its default_pool_size (docs/postgres.md#pgbouncer)';
    throw new TimepointError('no-session', message, { retryable: true, cause: error });
  });
}

/** Always given explicitly, because a role or a database may have another default. */
export type Isolation = 'read committed' | 'repeatable read';

/** The statement that begins a transaction on a connection, with the settings that its session lacks. */
export function beginOf(
  route: Route,
  options: SessionOptions,
  isolation: Isolation = 'read committed',
): string {
  const begin = `begin isolation level ${isolation}${options.isReadOnly ? ', read only' : ''}`;
  return route === 'direct' ? begin : `${begin}; ${settingsFor('transaction', options)}`;
}

/** A `select` that sets everything, for the session or for the current transaction. */
export function settingsFor(scope: 'session' | 'transaction', options: SessionOptions): string {
  const isLocal = scope === 'transaction';
  const given = {
    ...SETTINGS,
    statement_timeout: String(options.statementTimeoutMs),
    idle_in_transaction_session_timeout: String(options.idleInTransactionMs),
  };
  const set = Object.entries(given).map(([name, value]) => `set_config('${name}', '${value}', ${isLocal})`);
  return `select ${set.join(', ')},
    -- Since Postgres 17.
    case when current_setting('transaction_timeout', true) is not null
      then set_config('transaction_timeout', '0', ${isLocal}) end,
    -- A commit that Postgres may forget is no commit. Every other choice is the operator's.
    case when current_setting('synchronous_commit') = 'off'
      then set_config('synchronous_commit', 'on', ${isLocal}) end`;
}
