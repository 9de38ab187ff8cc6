import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { html, safe } from '../pages/html.ts';
import { renderPage } from '../pages/layout.ts';

export interface RunbookRoutes {
  /** Has `runbook.html`, which the build makes of docs/operations.md. */
  readonly folder: string;
  readonly isOpen: boolean;
}

/** Adds the runbook, so that it is at hand wherever the dashboard is. */
export async function addRunbook(app: FastifyInstance, { folder, isOpen }: RunbookRoutes): Promise<void> {
  const runbook = safe(await readFile(join(folder, 'runbook.html'), 'utf8'));
  app.get('/runbook', async ({ access }, reply) => {
    const main = html`<article class="runbook">${runbook}</article>`;
    const page = renderPage({ title: 'Runbook', access, isOpen, at: '/runbook', live: null, main });
    return reply.type('text/html; charset=utf-8').send(page);
  });
}
