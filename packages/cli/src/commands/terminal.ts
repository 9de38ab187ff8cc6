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

/** The world of a command: what it reads, where it reads and writes, and when to stop. */
export interface Terminal {
  readonly env: Env;
  readonly input: Readable;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** A server that does not answer the first question within this, in ms, can't be reached. */
const REACH_TIMEOUT_MS = 5_000;

const settings = z.object({ DATABASE_URL: postgresUrl });
const settingsOfQueues = z.object(queueSettings);

/** Writes a text with a line break after it, and nothing that a terminal would obey but the styles of {@link painter}. */
export function print(terminal: Terminal, text: string): void {
  terminal.output.write(`${finish(terminal, text)}\n`);
}

type Style = 'green' | 'yellow' | 'red' | 'dim' | 'bold';

/** Marks a style in a text; nobody else can know it, so no text of others can be taken for one. */
const MARK = randomBytes(8).toString('hex');
const MARKS = new RegExp(`\uE000${MARK}([/+])(\\w+)\uE001`, 'g');

/** Styles texts for {@link finish}. */
export function painter(_terminal: Terminal): (style: Style, text: string) => string {
  const mark = (kind: '+' | '/', style: Style) => `\uE000${MARK}${kind}${style}\uE001`;
  return (style, text) => `${mark('+', style)}${text}${mark('/', style)}`;
}

/** Makes a text printable, and its marks styles: at a terminal only, and not when NO_COLOR is set. */
export function finish({ output }: Pick<Terminal, 'output'>, text: string): string {
  return printable(text).replace(MARKS, (_mark, kind: string, style: Style) => {
    const [begin = '', end = ''] = styleText(style, '|', { stream: output }).split('|');
    return kind === '+' ? begin : end;
  });
}

/** Writes a value as JSON, in which what a terminal would obey is an escape. */
export function printJson(terminal: Terminal, value: unknown): void {
  print(terminal, printableJson(value, 2));
}

/**
 * Runs `work` with the URL of the database.
 * @throws ConfigError without one, TimepointError when it can't be reached or hangs.
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

/** What a store refused, or a connection that failed on the way, as a message that says what helps. */
function failAs(error: unknown, url: string): never {
  if (error instanceof TimepointError || !isStoreError(error)) throw error;
  throw new TimepointError('store-failed', explainStoreError(error, url), { retryable: true, cause: error });
}

/**
 * Runs `work` on the migrated database. Its statements may take as long as they need.
 * @throws as {@link withUrl}, and TimepointError when it lacks migrations.
 */
export async function withDatabase(
  terminal: Terminal,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  await withUrl(terminal, async (url) => {
    await checkMigrated(url);
    // The snapshot import holds a lock on one, writes on another and looks on with the third.
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
