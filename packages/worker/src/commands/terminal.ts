import type { Readable } from 'node:stream';
import { type Env, loadConfig, postgresUrl } from '@timepoint/shared/config';
import { z } from 'zod';
import { checkReachable, type Database, openDatabase } from '../database.ts';
import { checkMigrated } from '../migrate.ts';

/** The world of a command: what it reads, where it reads and writes, and when to stop. */
export interface Terminal {
  readonly env: Env;
  readonly input: Readable;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

const settings = z.object({ DATABASE_URL: postgresUrl });

/** Writes a text with a line break after it. */
export function print({ output }: Terminal, text: string): void {
  output.write(`${text}\n`);
}

/** Writes a value as JSON. */
export function printJson(terminal: Terminal, value: unknown): void {
  print(terminal, JSON.stringify(value, null, 2));
}

/**
 * Runs `work` with the URL of the database.
 * @throws ConfigError without one, TimepointError when it can't be reached.
 */
export async function withUrl<Result>(
  { env }: Terminal,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const url = loadConfig(settings, env).DATABASE_URL;
  const database = openDatabase(url, 1);
  await checkReachable(database, url).finally(() => database.close());
  return work(url);
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
