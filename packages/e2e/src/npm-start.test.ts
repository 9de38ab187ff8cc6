import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServiceProcess, watchProcess } from './service-process.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
/** A row of the summary, with its newest timepoint and its watermark. */
const SUMMARY = /companies +(\d+) +(\d+) /;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'timepoint-start-'));
  await mkdir(join(root, 'infra/dev'), { recursive: true });
  for (const file of ['package.json', 'infra/dev/run.mjs'])
    await cp(join(REPOSITORY, file), join(root, file));
  await symlink(join(REPOSITORY, 'packages'), join(root, 'packages'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** What `npm start` runs after its bootstrap, in a folder of its own. */
function start(env: Record<string, string>): ServiceProcess {
  const source = `
    import { bringUp } from '${REPOSITORY}infra/dev/start/bring-up.ts';
    import { listenForStop } from '${REPOSITORY}infra/dev/stop-request.ts';
    const options = { root: '${root}', env: process.env, stop: listenForStop(), say: (line) => console.log(line) };
    process.exitCode = await bringUp(options);`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', source];
  return watchProcess(spawn(process.execPath, args, { env: { PATH: process.env.PATH, HOME: root, ...env } }));
}

/** Where programs are looked for, without pnpm. */
const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !existsSync(join(folder, 'pnpm')))
  .join(delimiter);

/** What npm has of this account stays, so that a Node that is too old is replaced from its cache. */
const NPM = {
  npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
  npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), '.npmrc'),
};

/** The second step of the README, in a second terminal: no pnpm, and nothing set. */
async function command(...args: string[]) {
  const child = spawn('npm', ['run', 'timepoint', '--', ...args], {
    cwd: root,
    env: { ...NPM, PATH, HOME: root },
  });
  const running = watchProcess(child);
  return { code: await running.ended, output: running.output() };
}

const newestOf = (process: ServiceProcess) =>
  Number([...process.output().matchAll(new RegExp(SUMMARY, 'g'))].at(-1)?.[1]);

describe.each([
  ['with the stores of the machine', {}, /Postgres.*\n/],
  ['without Postgres and Redis on the machine', { TIMEPOINT_STORES: 'embedded' }, /Postgres 18.*\n/],
])('Timepoint, started by npm start %s,', (_title, env, stores) => {
  it('shows a live copy, stops cleanly, and goes on where it was', async () => {
    const first = start(env);
    await first.printed(SUMMARY);
    expect(first.output()).toMatch(stores);
    expect(first.output()).toMatch(/psql postgres:\/\/\S+/);
    expect(first.output()).toMatch(/http:\/\/127\.0\.0\.1:\d+\/health\/ready/);
    const [, dashboard = ''] = /dashboard +(http:\S+)/.exec(first.output()) ?? [];
    expect(await (await fetch(dashboard)).text()).toContain('companies');
    expect((await stat(join(root, '.timepoint/env'))).mode & 0o777).toBe(0o600);
    const { code, output } = await command('status');
    expect(output).toMatch(/^(NOT )?LIVE\b/m);
    expect(output).toMatch(SUMMARY);
    expect([0, 1]).toContain(code);
    expect((await command('verify', '--stream', 'companies')).output).toMatch(/^companies: exact/m);
    const newest = newestOf(first);
    expect((await first.terminate()).code).toBe(0);

    const second = start(env);
    await second.printed(SUMMARY);
    expect(newestOf(second)).toBeGreaterThanOrEqual(newest);
    expect(second.output()).toMatch(/companies +\d+ +\d+ .* 0 +0\n/);
    expect((await second.terminate()).code).toBe(0);
  }, 240_000);
});

describe('Timepoint, asked by npm run timepoint', () => {
  it('says what to do when nothing runs, when what ran was killed, and when nothing is built', async () => {
    const idle = await command('status');
    expect(idle.output).toContain('No `npm start` runs in this folder. Start it in another terminal, or set');
    expect(idle.code).toBe(2);
    expect(await command('--help')).toEqual({ code: 0, output: expect.stringContaining('Usage: timepoint') });

    const started = start({});
    await started.printed(SUMMARY);
    await started.kill();
    expect(await readFile(join(root, '.timepoint/env'), 'utf8')).toMatch(/^DATABASE_URL=postgres:/m);
    expect((await command('status')).output).toContain('The `npm start` of this folder was killed.');

    await rm(join(root, 'packages'));
    const unbuilt = await command('status');
    expect(unbuilt.output).toContain('Timepoint is not built here yet. Run `npm start`');
    expect(unbuilt.code).toBe(1);
  }, 240_000);

  it('looks where the settings point, not at what npm start left', async () => {
    await mkdir(join(root, '.timepoint'));
    const child = spawn('npm', ['run', 'timepoint', '--', 'verify'], {
      cwd: root,
      env: { ...NPM, PATH, HOME: root, DATABASE_URL: 'postgres://127.0.0.1:9/elsewhere' },
    });
    const running = watchProcess(child);
    expect(await running.ended).toBe(1);
    expect(running.output()).toContain("Postgres at 127.0.0.1:9/elsewhere can't be reached");
  });
});
