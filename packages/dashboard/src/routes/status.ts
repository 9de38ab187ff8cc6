import type { FastifyInstance } from 'fastify';
import { renderPage } from '../pages/layout.ts';
import { renderStatusPage } from '../pages/status-page.ts';
import type { Sampler } from '../sampling/sampler.ts';
import { sendLive, type View } from './live.ts';

export interface StatusRoutes {
  readonly sampler: Sampler<View>;
  readonly isOpen: boolean;
}

/** Adds the status page and what keeps it live. */
export function addStatus(app: FastifyInstance, { sampler, isOpen }: StatusRoutes): void {
  app.get('/', async (request, reply) => {
    const view = await sampler.fresh();
    const page = renderPage({
      title: 'Status',
      access: request.access,
      isOpen,
      at: '/',
      live: '/events',
      main: renderStatusPage(view?.sections ?? {}),
    });
    return reply.type('text/html; charset=utf-8').send(page);
  });
  app.get('/events', { exposeHeadRoute: false }, (_request, reply) =>
    sendLive(reply, (signal) => sampler.follow(signal)),
  );
}
