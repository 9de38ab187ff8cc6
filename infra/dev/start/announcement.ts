import { join, relative } from 'node:path';
import type { Stores } from '@timepoint/testkit/stores/stores';
import { isSimulated, type ServicePlan } from './service-plan.ts';

export interface Announcement {
  readonly stores: Stores;
  readonly plans: readonly ServicePlan[];
  /** The settings of the user. An address in them may hold a password and is not printed. */
  readonly env: NodeJS.ProcessEnv;
}

/** What runs and where to look at it, as a few lines for the terminal. */
export function describeSystem({ stores, plans, env }: Announcement): string {
  const rows: [string, string][] = [
    ['stores', stores.description],
    [
      'stream',
      isSimulated(env) ? 'a simulated one; set CH_STREAM_KEY to follow the real ones' : 'the real ones',
    ],
    ...plans.map(({ name, port }): [string, string] => [name, describeService(name, port, env)]),
    ['data', env.DATABASE_URL ? 'psql "$DATABASE_URL"' : `psql ${stores.databaseUrl}`],
    ['commands', 'npm run timepoint -- status, in this folder, from another terminal'],
    ['logs', relative(process.cwd(), join(stores.folder, 'logs')) || '.'],
  ];
  const lines = rows.map(([title, text]) => `  ${title.padEnd(11)}${text}`);
  return ['', 'Timepoint runs. Ctrl-C stops it.', ...lines, ''].join('\n');
}

function describeService(name: ServicePlan['name'], port: number, env: NodeJS.ProcessEnv): string {
  const url = `http://127.0.0.1:${port}`;
  switch (name) {
    case 'simulator':
      return `${url}/simulator/status`;
    case 'dashboard':
      return env.DASHBOARD_PASSWORD ? `${url}  any name, and DASHBOARD_PASSWORD` : url;
    case 'worker':
    case 'ingestor':
      return `${url}/health/ready  ${url}/metrics`;
  }
}
