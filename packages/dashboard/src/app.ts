import formBody from '@fastify/formbody';
import type { Database } from '@timepoint/database/read-only-pool';
import type { Checks } from '@timepoint/shared/platform/health';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { Queues } from '@timepoint/shared/queues/queues';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { ZodError, z } from 'zod';
import type { Passwords } from './guard/access.ts';
import { addGuard } from './guard/guard.ts';
import { addHeaders } from './guard/headers.ts';
import { refuseUnstorable } from './guard/refuse-unstorable.ts';
import type { Metrics } from './metrics.ts';
import { addActions } from './routes/actions.ts';
import { addAssets } from './routes/assets.ts';
import { addAudit } from './routes/audit.ts';
import { addDeadLetters } from './routes/dead-letters.ts';
import { addHealth } from './routes/health.ts';
import type { View } from './routes/live.ts';
import { addQueues } from './routes/queues.ts';
import { addRunbook } from './routes/runbook.ts';
import { addStatus } from './routes/status.ts';
import type { Sampler } from './sampling/sampler.ts';

export interface AppOptions {
  readonly queues: Queues;
  readonly database: Database;
  readonly sampler: Sampler<View>;
  /** Null when no password is set. */
  readonly passwords: Passwords | null;
  /** Holds `assets`, `bull-board` and `runbook.html`. */
  readonly folder: string;
  readonly live: Checks;
  readonly ready: Checks;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Puts all pages on one HTTP server, behind the guard. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { queues, database, sampler, passwords, folder, live, ready, metrics, logger } = options;
  const app = fastify({ forceCloseConnections: true });
  const isOpen = passwords === null;
  answerErrors(app, logger);
  await addHeaders(app);
  await addGuard(app, { passwords, metrics, logger });
  await app.register(formBody);
  refuseUnstorable(app);
  addHealth(app, { live, ready, registry: metrics.registry });
  await addAssets(app, folder);
  addStatus(app, { sampler, isOpen });
  addDeadLetters(app, { database, queues, isOpen });
  addActions(app, { queues, metrics, isOpen });
  addAudit(app, { database, isOpen });
  await addRunbook(app, { folder, isOpen });
  await addQueues(app, queues, folder);
  return app;
}

function answerErrors(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).type('text/plain; charset=utf-8').send('There is no such page.\n'),
  );
  app.setErrorHandler((err: FastifyError | ZodError, request, reply) => {
    const answer = reply.type('text/plain; charset=utf-8');
    if (err instanceof ZodError) return answer.code(400).send(`${z.prettifyError(err)}\n`);
    const status = err.statusCode ?? 500;
    if (status < 500) return answer.code(status).send(`${err.message}\n`);
    logger.error({ err, method: request.method, route: request.routeOptions.url }, 'request failed');
    return answer
      .code(status)
      .send('That failed: see whether the stores answer, and the log of the dashboard.\n');
  });
}
