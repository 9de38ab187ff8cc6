import { type Env, loadConfig, postgresUrl } from '@timepoint/shared/config';
import { Command } from 'commander';
import { z } from 'zod';
import { checkReachable, type Database, openDatabase } from './database.ts';
import { checkMigrated, migrateDown, migrateUp, readMigrations } from './migrate.ts';
import { formatStatus } from './status.ts';
import { readStatus } from './store/read-status.ts';
import { watchStatus } from './watch-status.ts';

/** The world of a command: what it reads, where it writes, and when to stop. */
export interface Terminal {
  readonly env: Env;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

const settings = z.object({ DATABASE_URL: postgresUrl });

/** The `timepoint` command. Its actions throw errors whose messages name the remedy. */
export function createCommandLine({ env, output, signal }: Terminal): Command {
  const print = (text: string) => void output.write(`${text}\n`);
  const printJson = (value: unknown) => print(JSON.stringify(value, null, 2));
  const url = () => loadConfig(settings, env).DATABASE_URL;
  const program = new Command('timepoint').description('An exact, live copy of the UK company register.');

  const migrate = program.command('migrate').description('bring the schema of the database up to date');
  migrate
    .command('up')
    .description('apply every pending migration')
    .action(async () => print(listed('applied', await withReachable(url(), migrateUp))));
  migrate
    .command('down')
    .description('take back the newest migration, with the data that it holds')
    .action(async () => print(listed('taken back', await withReachable(url(), migrateDown))));
  migrate
    .command('status')
    .description('list applied and pending migrations; exit code 1 when some are pending')
    .option('--json', 'as JSON')
    .action(async (options) => {
      const state = await withReachable(url(), readMigrations);
      if (options.json) printJson(state);
      else
        print(
          [
            ...state.applied.map((name) => `applied  ${name}`),
            ...state.pending.map((name) => `pending  ${name}`),
          ].join('\n'),
        );
      if (state.pending.length > 0) process.exitCode = 1;
    });

  program
    .command('status')
    .description('how the copy of each stream stands')
    .option('--json', 'as JSON')
    .option('--watch', 'keep showing it')
    .action((options) =>
      withDatabase(url(), async (database) => {
        if (options.watch) return watchStatus(database, output, signal);
        const status = await readStatus(database);
        if (options.json) printJson(status);
        else print(formatStatus(status, [], 0));
      }),
    );
  return program;
}

function listed(verb: string, names: readonly string[]): string {
  return names.length === 0 ? 'nothing to do' : names.map((name) => `${verb}  ${name}`).join('\n');
}

async function withReachable<Result>(url: string, work: (url: string) => Promise<Result>): Promise<Result> {
  const database = openDatabase(url, 1);
  await checkReachable(database, url).finally(() => database.close());
  return work(url);
}

async function withDatabase(url: string, work: (database: Database) => Promise<void>): Promise<void> {
  await withReachable(url, checkMigrated);
  const database = openDatabase(url, 1);
  await work(database).finally(() => database.close());
}
