import { readAudit } from '@timepoint/database/audit/read-audit';
import type { Database } from '@timepoint/database/read-only-pool';
import type { FastifyInstance } from 'fastify';
import { renderAudit } from '../pages/audit.ts';
import { renderPage } from '../pages/layout.ts';

export interface AuditRoutes {
  readonly database: Database;
  readonly isOpen: boolean;
}

const ROWS = 100;

/** Adds the page that shows what people did. */
export function addAudit(app: FastifyInstance, { database, isOpen }: AuditRoutes): void {
  app.get('/audit', async (request, reply) => {
    const main = renderAudit(await readAudit(database, ROWS));
    const { access } = request;
    const page = renderPage({ title: 'Audit', access, isOpen, at: '/audit', live: null, main });
    return reply.type('text/html; charset=utf-8').send(page);
  });
}
