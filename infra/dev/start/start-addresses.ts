// Where what `npm start` runs can be reached, so that `npm run timepoint -- <command>` finds it from another terminal.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSimulated } from './service-plan.ts';

/** What a command needs of the settings of a worker. Secrets other than those in the addresses stay out of the file. */
const SETTINGS = [
  'DATABASE_URL',
  'REDIS_URL',
  'QUEUE_PREFIX',
  'CH_STREAMS',
  'CH_STREAM_URL',
  'CH_MAX_CONNECTIONS',
  'WORKER_CONCURRENCY',
  'ALERT_DOWN_SECONDS',
  'ALERT_BEHIND_SECONDS',
  'ALERT_DEAD_LETTERS',
];

export interface StartAddresses {
  readonly name: string;
  close(): Promise<void>;
}

/**
 * Leaves the settings of the worker in `.timepoint/env`, which only this account may read, as `NAME=value` lines that a
 * shell reads too. They are gone when it is closed; a process that was killed is known by its id in the file.
 */
export function leaveAddresses(
  root: string,
  env: NodeJS.ProcessEnv,
  given: NodeJS.ProcessEnv,
): StartAddresses {
  const file = join(root, '.timepoint', 'env');
  // The simulator's key is no secret.
  const names = isSimulated(given) ? [...SETTINGS, 'CH_STREAM_KEY'] : SETTINGS;
  const values = {
    ...Object.fromEntries(names.map((name) => [name, env[name]])),
    TIMEPOINT_START_PID: String(process.pid),
    TIMEPOINT_NODE: process.execPath,
  };
  const lines = Object.entries(values).flatMap(([name, value]) => (value ? [`${name}=${quote(value)}`] : []));
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(unfinished, file);
  return { name: 'addresses', close: async () => rmSync(file, { force: true }) };
}

function quote(value: string): string {
  return /^[\w@%+:=,./-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
