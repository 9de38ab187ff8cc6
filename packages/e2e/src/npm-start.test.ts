import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServiceProcess, watchProcess } from './service-process.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
/** A row of the summary, with its newest timepoint and its watermark. */
const SUMMARY = /companies +(\d+) +(\d+) /;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'timepoint-start-'));
  await symlink(join(REPOSITORY, 'packages'), join(root, 'packages'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** What `npm start` runs after its bootstrap, in a folder of its own. */
function start(env: Record<string, string>): ServiceProcess {
  const source = `
    import { bringUp } from '${REPOSITORY}infra/dev/bring-up.ts';
    import { listenForStop } from '${REPOSITORY}infra/dev/stop-request.ts';
    const options = { root: '${root}', env: process.env, stop: listenForStop(), say: (line) => console.log(line) };
    process.exitCode = await bringUp(options);`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', source];
  return watchProcess(spawn(process.execPath, args, { env: { PATH: process.env.PATH, HOME: root, ...env } }));
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
    const newest = newestOf(first);
    expect((await first.terminate()).code).toBe(0);

    const second = start(env);
    await second.printed(SUMMARY);
    expect(newestOf(second)).toBeGreaterThanOrEqual(newest);
    expect(second.output()).toMatch(/companies +\d+ +\d+ .* 0 +0\n/);
    expect((await second.terminate()).code).toBe(0);
  }, 120_000);
});
