import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { basic, startTestDashboard, type TestDashboard } from '../test-dashboard.ts';

const PASSWORDS = { DASHBOARD_PASSWORD: 'correct horse', DASHBOARD_VIEW_PASSWORD: 'battery staple' };
const OPERATE = basic('ada', 'correct horse');
const VIEW = basic('bob', 'battery staple');

let dashboard: TestDashboard;
afterEach(() => dashboard.close());

/** As `fetch` does not let one choose the host that is asked for. */
async function statusFor(host: string, more: Record<string, string> = {}): Promise<number | undefined> {
  const headers = { host, ...more };
  const asked = request({ port: dashboard.port, host: '127.0.0.1', path: '/', headers }).end();
  const [response] = await once(asked, 'response');
  response.resume();
  return response.statusCode;
}

describe('Timepoint, with a dashboard without a password,', () => {
  it('answers to the names of this machine only', async () => {
    dashboard = await startTestDashboard();
    expect(await statusFor('localhost')).toBe(200);
    expect(await statusFor('127.0.0.1:8080')).toBe(200);
    expect(await statusFor('rebound.example')).toBe(421);
  });

  it('refuses every request that came through a proxy, which may ask in the name of this machine', async () => {
    dashboard = await startTestDashboard();
    for (const header of ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'])
      expect([header, await statusFor('127.0.0.1', { [header]: '192.0.2.7' })]).toEqual([header, 421]);
    expect(await statusFor('127.0.0.1', { origin: 'https://copy.example' })).toBe(421);
    expect(await statusFor('127.0.0.1', { origin: 'http://localhost:8080' })).toBe(200);
  });
});

describe('Timepoint, with a dashboard with passwords,', () => {
  it('lets the view role look, and refuses it what changes something', async () => {
    dashboard = await startTestDashboard({ env: PASSWORDS });
    for (const path of ['/', '/dead-letters', '/queues/api/queues', '/metrics'])
      expect([path, (await dashboard.get(path, VIEW)).status]).toEqual([path, 200]);
    const changes = ['/actions', '/actions/1/cancel', '/queues/api/queues/events/pause', '/none'];
    for (const path of changes)
      expect([path, (await dashboard.post(path, { what: 'replay' }, VIEW)).status]).toEqual([path, 403]);
    expect((await dashboard.post('/queues/api/queues/events/pause', {}, {})).status).toBe(401);
    expect(await dashboard.queues.events.isPaused()).toBe(false);
    expect(await dashboard.queues.actions.getJobCountByTypes('waiting')).toBe(0);
  });

  it('refuses what another site asks the browser for', async () => {
    dashboard = await startTestDashboard({ env: PASSWORDS });
    const post = (headers: Record<string, string>) =>
      dashboard.post('/actions', { what: 'dry-run' }, { ...OPERATE, ...headers });
    for (const site of ['cross-site', 'same-site', 'none'])
      expect([site, (await post({ 'sec-fetch-site': site })).status]).toEqual([site, 403]);
    expect(await dashboard.queues.actions.getJobCountByTypes('waiting')).toBe(0);
    expect((await post({ 'sec-fetch-site': 'same-origin' })).status).toBe(303);
    expect(await dashboard.queues.actions.getJobCountByTypes('waiting')).toBe(1);
  });

  it('answers guesses with 429 after ten, and the right password too until the minute is over', async () => {
    dashboard = await startTestDashboard({ env: PASSWORDS });
    for (let guess = 0; guess < 10; guess += 1)
      expect((await dashboard.get('/', basic('ada', `guess ${guess}`))).status).toBe(401);
    const { status, headers } = await dashboard.get('/', OPERATE);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    expect((await dashboard.get('/health/live')).status).toBe(200);
  });

  it('does not let who may view guess on between right answers', async () => {
    dashboard = await startTestDashboard({ env: PASSWORDS });
    for (let guess = 0; guess < 10; guess += 1) {
      expect((await dashboard.get('/', basic('bob', `guess ${guess}`))).status).toBe(401);
      expect((await dashboard.get('/', VIEW)).status).toBe(guess < 9 ? 200 : 429);
    }
  });

  it('counts what it refused', async () => {
    dashboard = await startTestDashboard({ env: PASSWORDS });
    await dashboard.get('/');
    await dashboard.post('/actions', {}, VIEW);
    const metrics = await (await dashboard.get('/metrics', OPERATE)).text();
    expect(metrics).toMatch(/timepoint_dashboard_refusals_total\{refusal="password",process="dashboard"\} 1/);
    expect(metrics).toMatch(/timepoint_dashboard_refusals_total\{refusal="role",process="dashboard"\} 1/);
  });
});

describe('Timepoint, answering a browser,', () => {
  it('allows its pages nothing but its own files, and Bull Board the styles that it writes itself', async () => {
    dashboard = await startTestDashboard({ env: PASSWORDS });
    const policyOf = async (path: string) =>
      (await dashboard.get(path, OPERATE)).headers.get('content-security-policy') ?? '';
    for (const path of ['/', '/dead-letters', '/none', '/queuesx']) {
      expect(await policyOf(path)).toContain("default-src 'none'");
      expect(await policyOf(path)).not.toContain('unsafe');
    }
    expect(await policyOf('/queues')).toContain("style-src 'self' 'unsafe-inline'");
    expect(await policyOf('/queues')).toContain("script-src 'self';");
    const { headers } = await dashboard.get('/', OPERATE);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await (await dashboard.get('/', OPERATE)).text()).not.toMatch(
      /<style|style="|<script(?! type="module" src)/,
    );
  });
});
