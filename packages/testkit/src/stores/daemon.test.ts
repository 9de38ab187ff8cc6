import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { createTempFolder } from '../temp-folder.ts';
import { until } from '../until.ts';
import { AlreadyRunningError, type Claim, hold, release } from './claim.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { commandOf, waitForEnd } from './process-table.ts';

const SECONDS = 1_000;

let folder: string;
let opened: Daemon[];

beforeEach(() => {
  folder = createTempFolder();
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((daemon) => daemon.kill()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(script: string): Promise<Daemon> {
  const daemon = await startDaemon({
    name: 'test',
    command: '/bin/sh',
    args: ['-c', script],
    logFile: join(folder, 'test.log'),
    stopSignal: 'SIGTERM',
  });
  opened.push(daemon);
  return daemon;
}

/** A process that starts a daemon, prints its id and waits. */
function startParent() {
  const script = `
    const { startDaemon } = await import(${JSON.stringify(join(import.meta.dirname, 'daemon.ts'))});
    const { pid } = await startDaemon({ name: 'orphan', command: 'sleep', args: ['600'],
      logFile: ${JSON.stringify(join(folder, 'orphan.log'))}, stopSignal: 'SIGTERM' });
    console.log(pid);`;
  return execa(process.execPath, ['--input-type=module', '--eval', script], { reject: false });
}

describe('a background process', () => {
  it('ends with the process that started it, even when that is killed', async () => {
    const parent = startParent();
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(line);
    expect(commandOf(pid)).toContain('sleep 600');
    parent.kill('SIGKILL');
    await parent;
    expect(await waitForEnd(pid, 10 * SECONDS)).toBe(true);
  });

  it('is asked to end, and killed when it does not', async () => {
    const obedient = await start('exec sleep 600');
    expect(await obedient.stop(10 * SECONDS)).toBe(true);
    const stubborn = await start('trap "" TERM; echo deaf; while :; do sleep 0.1; done');
    while (stubborn.lastLines().length === 0) await waitForEnd(stubborn.pid, 50);
    expect(await stubborn.stop(200)).toBe(false);
    expect(await stubborn.ended).toBe('SIGKILL');
  });

  it('shows the last lines of its own run, not of the one before', async () => {
    await (await start('echo before')).ended;
    const second = await start('echo after; exit 3');
    expect(await second.ended).toBe('code 3');
    expect(second.lastLines()).toEqual(['after']);
  });

  it('that cannot be run is an error that names it', async () => {
    const options = { name: 'x', command: '/no/such', args: [], logFile: join(folder, 'x.log') };
    await expect(startDaemon({ ...options, stopSignal: 'SIGTERM' })).rejects.toThrow(
      'could not run /no/such',
    );
  });
});

describe('a claim', () => {
  const claimOn = (mark: string): Claim => ({
    name: 'the test',
    file: join(folder, 'test.claim'),
    mark,
    stopSignal: 'SIGTERM',
  });

  it('is refused while its holder and the parent of that are alive', async () => {
    const daemon = await start('exec sleep 600');
    await until(() => commandOf(daemon.pid)?.startsWith('sleep'));
    hold(claimOn('sleep 600'), daemon.pid);
    await expect(release(claimOn('sleep 600'))).rejects.toThrow(AlreadyRunningError);
    await expect(release(claimOn('sleep 600'))).rejects.toThrow(String(process.pid));
  });

  it('is free when another process has its process id now', async () => {
    const daemon = await start('exec sleep 600');
    hold(claimOn('postgres'), daemon.pid);
    await release(claimOn('postgres'));
    expect(daemon.hasEnded()).toBe(false);
  });
});
