import { findBrowser } from '@timepoint/testkit/browser';
import getPort from 'get-port';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { ServiceProcess } from '../service-process.ts';
import type { System } from '../system.ts';

export const OPERATE = { username: 'ada', password: 'correct horse' };
export const VIEW = { username: 'bob', password: 'battery staple' };

/** The dashboard of a system, and a browser to look at it. */
export interface DashboardInBrowser {
  readonly url: string;
  readonly process: ServiceProcess;
  /** Starts the dashboard again where it was. */
  restart(): Promise<void>;
  /** Opens a page in a context of its own, as of another person; by default one who may operate. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** The complaints of pages: errors of scripts, and what the policy forbade. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Starts the dashboard as a process, with both passwords, and the browser of the machine. */
export async function openDashboard(
  system: System,
  env: Record<string, string> = {},
): Promise<DashboardInBrowser> {
  const port = await getPort();
  const start = () =>
    system.start('dashboard', {
      DASHBOARD_PASSWORD: OPERATE.password,
      DASHBOARD_VIEW_PASSWORD: VIEW.password,
      PORT: String(port),
      ...env,
    });
  let process = await start();
  const browser = await launch();
  const complaints: string[] = [];
  const url = `http://localhost:${port}`;
  return {
    url,
    get process() {
      return process;
    },
    restart: async () => {
      process = await start();
    },
    open: async (path, options = {}) => {
      const context = await browser.newContext({ baseURL: url, httpCredentials: OPERATE, ...options });
      context.setDefaultTimeout(30_000);
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (/content security policy/i.test(message.text())) complaints.push(message.text());
      });
      await page.goto(path);
      return page;
    },
    complaints,
    close: () => browser.close(),
  };
}

function launch(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no browser: apt-get install chromium');
  // Chromium's own sandbox does not work as root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}
