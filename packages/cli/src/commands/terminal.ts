import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { styleText } from 'node:util';
import { explainStoreError, isStoreError } from '@timepoint/database/explain-store-error';
import { checkMigrated } from '@timepoint/database/migration/migrate';
import { checkReachable, type Database, openDatabase } from '@timepoint/database/pool';
import { type Env, loadConfig, postgresUrl, queueSettings } from '@timepoint/shared/platform/config';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { createLogger } from '@timepoint/shared/platform/logger';
import { printable, printableJson } from '@timepoint/shared/platform/printable';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { z } from 'zod';
import { whileAnswering } from './watch-server.ts';

/** The environment of a command: its settings, its input and output, and the signal to stop. */
export interface Terminal {
  readonly env: Env;
  readonly input: Readable;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** A server counts as unreachable when it does not answer the first query within this, in ms. */
const REACH_TIMEOUT_MS = 5_000;

const settings = z.object({ DATABASE_URL: postgresUrl });
const settingsOfQueues = z.object(queueSettings);

/** Writes a text and a line break. The styles of {@link painter} are the only control characters in the output. */
export function print(terminal: Terminal, text: string): void {
  terminal.output.write(`${finish(terminal, text)}\n`);
}

type Style = 'green' | 'yellow' | 'red' | 'dim' | 'bold';

/** Marks a style in a text. The mark is random, so that no text of a document can contain it. */
const MARK = randomBytes(8).toString('hex');
const MARKS = new RegExp(`\uE000${MARK}([/+])(\\w+)\uE001`, 'g');

/** Styles texts for {@link finish}. */
export function painter(_terminal: Terminal): (style: Style, text: string) => string {
  const mark = (kind: '+' | '/', style: Style) => `\uE000${MARK}${kind}${style}\uE001`;
  return (style, text) => `${mark('+', style)}${text}${mark('/', style)}`;
}

/** Makes a text printable, and replaces its marks by styles: at a terminal only, and not when NO_COLOR is set. */
export function finish({ output }: Pick<Terminal, 'output'>, text: string): string {
  return printable(text).replace(MARKS, (_mark, kind: string, style: Style) => {
    const [begin = '', end = ''] = styleText(style, '|', { stream: output }).split('|');
    return kind === '+' ? begin : end;
  });
}

/** Writes a value as JSON, with control characters escaped. */
export function printJson(terminal: Terminal, value: unknown): void {
  print(terminal, printableJson(value, 2));
}

/**
 * Runs `work` with the URL of the database.
 * @throws ConfigError without a URL, TimepointError when the server can't be reached or hangs.
 */
export async function withUrl<Result>(
  { env }: Terminal,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const url = loadConfig(settings, env).DATABASE_URL;
  const database = openDatabase(url, 1, { statementTimeoutMs: REACH_TIMEOUT_MS });
  await checkReachable(database, url).finally(() => database.close());
  return whileAnswering(url, () => work(url)).catch((error) => failAs(error, url));
}

/** Converts a refusal of a store or a lost connection to an error whose message names the remedy. */
function failAs(error: unknown, url: string): never {
  if (error instanceof TimepointError || !isStoreError(error)) throw error;
  throw new TimepointError('store-failed', explainStoreError(error, url), { retryable: true, cause: error });
}

/**
 * Runs `work` on the migrated database. Its statements have no timeout.
 * @throws as {@link withUrl}, and TimepointError when migrations are pending.
 */
export async function withDatabase(
  terminal: Terminal,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  await withUrl(terminal, async (url) => {
    await checkMigrated(url);
    // The snapshot import needs three: one for its lock, one to write, one to read the progress.
    const database = openDatabase(url, 3, { statementTimeoutMs: 0 });
    await work(database).finally(() => database.close());
  });
}

/**
 * Runs `work` with the queues open.
 * @throws ConfigError for bad settings, TimepointError when the queues can't be reached.
 */
export async function withQueues<Result>(
  { env }: Terminal,
  work: (queues: Queues) => Promise<Result>,
): Promise<Result> {
  const { REDIS_URL, DATABASE_URL, QUEUE_PREFIX } = loadConfig(settingsOfQueues, env);
  const queues = await openQueues(
    { redisUrl: REDIS_URL, databaseUrl: DATABASE_URL, prefix: QUEUE_PREFIX },
    createLogger({ name: 'timepoint', level: 'silent' }),
  );
  try {
    return await work(queues);
  } finally {
    await queues.close();
  }
}
