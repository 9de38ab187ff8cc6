// The dashboard is closed by default. Without a password it answers only this machine. With one it shows only /health/live
// to requests that lack it. A refused request is answered here and reaches no route.
import basicAuth from '@fastify/basic-auth';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { type Access, accessOf, LOCAL_ACCESS, type Passwords } from './access.ts';
import { isFromThisMachine, isSameOrigin } from './request-origin.ts';
import { createThrottle } from './throttle.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. Only meaningful in routes: the guard has let the request in. */
    access: Access;
  }
}

export interface GuardOptions {
  /** Null lets in everyone at this machine, and no one else. */
  readonly passwords: Passwords | null;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

type Refusal = 'host' | 'password' | 'throttled' | 'role' | 'cross-site';
type Refuse = (reply: FastifyReply, refusal: Refusal, status: number, text: string) => FastifyReply;

const REALM = 'Timepoint: any name, and the password';
const READING_METHODS = ['GET', 'HEAD'];

/** Puts the guard before every route, also those of other plugins and those that do not exist. */
export async function addGuard(app: FastifyInstance, options: GuardOptions): Promise<void> {
  const { passwords, metrics, logger } = options;
  const refuse: Refuse = (reply, refusal, status, text) => {
    metrics.refusals.inc({ refusal });
    logger.debug({ refusal, address: reply.request.ip, url: pathOf(reply.request) }, 'refused');
    return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
  };
  app.decorateRequest('access');
  if (passwords === null) addLoopbackGuard(app, refuse);
  else await addPasswordGuard(app, passwords, refuse, logger);
  addChangeGuard(app, refuse, logger);
}

function addLoopbackGuard(app: FastifyInstance, refuse: Refuse): void {
  app.addHook('onRequest', async (request, reply) => {
    request.access = LOCAL_ACCESS;
    if (isFromThisMachine(request.headers)) return;
    const text =
      'Without DASHBOARD_PASSWORD only http://localhost and http://127.0.0.1 are answered, without a proxy in between.';
    return refuse(reply, 'host', 421, text);
  });
}

async function addPasswordGuard(
  app: FastifyInstance,
  passwords: Passwords,
  refuse: Refuse,
  logger: Logger,
): Promise<void> {
  const throttle = createThrottle();
  await app.register(basicAuth, {
    authenticate: { realm: REALM },
    // A browser may use any encoding for a name.
    strictCredentials: false,
    validate: async (name, password, request) => {
      const waitMs = throttle.blockedFor(request.ip);
      if (waitMs > 0) throw Object.assign(new Error('throttled'), { statusCode: 429, waitMs });
      const access = accessOf(passwords, name, password);
      if (access === null) {
        throttle.noteFailure(request.ip);
        logger.warn({ address: request.ip }, 'a wrong password was refused');
        throw new Error('wrong password');
      }
      request.access = access;
    },
  });
  app.addHook('onRequest', async (request, reply) => {
    // The probe of an orchestrator has no password, and learns nothing but that the process runs.
    if (request.routeOptions.url === '/health/live') return;
    const error = await new Promise<(Error & { statusCode?: number; waitMs?: number }) | undefined>(
      (resolve) => app.basicAuth(request, reply, resolve),
    );
    if (error?.waitMs !== undefined) {
      reply.header('retry-after', Math.ceil(error.waitMs / 1000));
      return refuse(reply, 'throttled', 429, 'Too many wrong passwords. Wait a minute.');
    }
    if (error !== undefined) return refuse(reply, 'password', 401, 'The password is needed, with any name.');
  });
}

function addChangeGuard(app: FastifyInstance, refuse: Refuse, logger: Logger): void {
  app.addHook('onRequest', async (request, reply) => {
    if (READING_METHODS.includes(request.method)) return;
    if (request.access?.role !== 'operate')
      return refuse(reply, 'role', 403, 'This needs the password to operate; yours is the one to view.');
    if (!isSameOrigin(request.headers))
      return refuse(reply, 'cross-site', 403, 'This is only accepted from a page of the dashboard itself.');
    logger.info({ who: request.access.who, method: request.method, url: pathOf(request) }, 'asked to change');
  });
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?')[0] ?? url;
}
