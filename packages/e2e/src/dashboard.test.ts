import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startBundle } from './service-process.ts';
import { type System, startSystem } from './system.ts';

const DIST = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));
const STARTED = /"address":"([^"]+)","port":(\d+).*"msg":"dashboard started"/;

let system: System;
beforeEach(async () => {
  system = await startSystem();
});
afterEach(() => system.close());

describe('Timepoint, whose dashboard is started,', () => {
  it('needs nothing but its own folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'timepoint-dashboard-'));
    await cp(DIST, join(folder, 'app'), { recursive: true });
    const dashboard = startBundle(join(folder, 'app/main.js'), system.env);
    const [, , port] = await dashboard.printed(STARTED);
    const paths = [
      '/',
      '/dead-letters',
      '/audit',
      '/runbook',
      '/queues',
      '/queues/api/queues',
      '/health/ready',
    ];
    for (const path of [...paths, '/assets/client.js', '/assets/client.css', '/assets/icon.svg']) {
      expect([path, (await fetch(`http://127.0.0.1:${port}${path}`)).status]).toEqual([path, 200]);
    }
    await dashboard.kill();
    await rm(folder, { recursive: true });
  });

  it('listens to this machine alone without a password, and to all with one, which no log shows', async () => {
    const open = await system.start('dashboard');
    expect((await open.printed(STARTED))[1]).toBe('127.0.0.1');
    expect(open.output()).toContain('the dashboard is open to this machine alone');

    const password = 'correct-horse-battery';
    const closed = await system.start('dashboard', { DASHBOARD_PASSWORD: password, LOG_LEVEL: 'trace' });
    const [, address, port] = await closed.printed(STARTED);
    expect(['::', '0.0.0.0']).toContain(address);
    const ask = (guess: string) =>
      fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: `Basic ${btoa(`ada:${guess}`)}` } });
    expect((await ask(password)).status).toBe(200);
    expect((await ask('a-wrong-guess')).status).toBe(401);
    await closed.printed(/a wrong password was refused/);
    expect(closed.output()).not.toMatch(/correct-horse|a-wrong-guess|Basic /);
  });

  it('ends with code 0 at SIGTERM although pages are open', async () => {
    const dashboard = await system.start('dashboard');
    const [, , port] = await dashboard.printed(STARTED);
    const { body } = await fetch(`http://127.0.0.1:${port}/events`);
    const reader = body?.getReader();
    await reader?.read();
    const { code, tookMs } = await dashboard.terminate();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(5_000);
    await reader?.cancel().catch(() => undefined);
  });
});
