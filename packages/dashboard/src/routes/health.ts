import { type Checks, runChecks } from '@timepoint/shared/platform/health';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Registry } from 'prom-client';

export interface HealthRoutes {
  readonly live: Checks;
  readonly ready: Checks;
  readonly registry: Registry;
}

/** Adds `/health/live`, `/health/ready` and `/metrics`. */
export function addHealth(app: FastifyInstance, { live, ready, registry }: HealthRoutes): void {
  const answer = async (reply: FastifyReply, checks: Checks) => {
    const result = await runChecks(checks);
    return reply.code(result.ok ? 200 : 503).send(result);
  };
  app.get('/health/live', (_request, reply) => answer(reply, live));
  app.get('/health/ready', (_request, reply) => answer(reply, ready));
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
