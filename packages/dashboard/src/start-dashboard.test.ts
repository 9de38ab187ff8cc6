import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dashboardSettings } from '@timepoint/shared/platform/settings/dashboard';
import { startDashboard } from './start-dashboard.ts';
import { basic, startTestDashboard, type TestDashboard } from './test-dashboard.ts';

const OPERATE = { DASHBOARD_PASSWORD: 'correct horse', DASHBOARD_VIEW_PASSWORD: 'battery staple' };

describe('Timepoint, configured for a dashboard,', () => {
  const problems = (env: Record<string, string>) =>
    startDashboard({ DATABASE_URL: 'postgres://127.0.0.1:9/x', ...env }).catch(
      (error: Error) => error.message,
    );

  it('refuses a password to view without one to operate, and one that is the same', async () => {
    expect(await problems({ DASHBOARD_VIEW_PASSWORD: 'a' })).toContain(
      'DASHBOARD_VIEW_PASSWORD: needs DASHBOARD_PASSWORD to be set too',
    );
    expect(
      await problems({ DASHBOARD_PASSWORD: 'one and the same', DASHBOARD_VIEW_PASSWORD: 'one and the same' }),
    ).toContain('DASHBOARD_VIEW_PASSWORD: must differ from DASHBOARD_PASSWORD');
  });

  it('refuses passwords that are soon guessed, and an address that is none', async () => {
    const short = await problems({
      DASHBOARD_PASSWORD: 'seven77',
      DASHBOARD_VIEW_PASSWORD: 'x',
      BIND_ADDRESS: 'here',
    });
    expect(short).toContain('DASHBOARD_PASSWORD: must have at least 8 characters');
    expect(short).toContain('DASHBOARD_VIEW_PASSWORD: must have at least 8 characters');
    expect(short).toContain('BIND_ADDRESS: must be an IP address such as 127.0.0.1');
  });

  it('listens on 8080 by default', () => {
    expect(dashboardSettings.parse({ DATABASE_URL: 'postgres://127.0.0.1/x' }).PORT).toBe(8080);
  });
});

describe('Timepoint, with a dashboard without a password,', () => {
  let dashboard: TestDashboard;
  beforeAll(async () => {
    dashboard = await startTestDashboard();
  });
  afterAll(() => dashboard.close());

  it('shows every page to this machine, and says that it is open', async () => {
    for (const path of ['/', '/dead-letters', '/queues', '/audit', '/runbook', '/metrics', '/health/ready']) {
      expect([path, (await dashboard.get(path)).status]).toEqual([path, 200]);
    }
    expect(await (await dashboard.get('/')).text()).toContain('no password is set');
  });
});
describe('Timepoint, with a dashboard with passwords,', () => {
  let dashboard: TestDashboard;
  beforeAll(async () => {
    dashboard = await startTestDashboard({ env: OPERATE });
  });
  afterAll(() => dashboard.close());

  it('shows nothing but that it runs without one', async () => {
    expect((await dashboard.get('/health/live')).status).toBe(200);
    const paths = [
      '/',
      '/events',
      '/dead-letters',
      '/dead-letters/1',
      '/audit',
      '/runbook',
      '/metrics',
      '/none',
    ];
    paths.push(
      '/health/ready',
      '/assets/client.js',
      '/queues',
      '/queues/api/queues',
      '/queues/static/favicon.ico',
    );
    for (const path of paths) {
      const { status, headers } = await dashboard.get(path);
      expect([path, status]).toEqual([path, 401]);
      expect(headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    }
    expect((await dashboard.get('/', basic('ada', 'correct horse'))).status).toBe(200);
  });
});
