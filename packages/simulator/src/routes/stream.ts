import type { ServerResponse } from 'node:http';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Connection, type Limits } from '../delivery/connection.ts';
import type { Connections } from '../delivery/connections.ts';
import type { FaultBox } from '../faults/fault-box.ts';
import type { Page } from '../faults/schema.ts';
import type { Feed } from '../feed.ts';
import type { Variants } from '../variants.ts';
import { keyOf } from './access.ts';
import { sendError, sendFault } from './pages.ts';

export interface StreamRouteOptions {
  readonly feed: Feed;
  readonly faults: FaultBox;
  readonly connections: Connections;
  readonly keys: readonly string[];
  readonly limits: Limits;
  readonly variants: Variants;
  readonly now: () => number;
  readonly log: Logger;
}

interface StreamRequest {
  Querystring: { timepoint?: unknown };
}

/** Serves one stream under its path. */
export function addStreamRoute(app: FastifyInstance, options: StreamRouteOptions): void {
  const { feed, faults, keys, variants, now } = options;
  app.get<StreamRequest>(feed.stream.path, (request, reply) => {
    const respond = faults.takeRespond(feed.stream.name);
    if (respond !== undefined) return sendFault(reply, respond);
    const key = keyOf(request.headers.authorization);
    if (request.headers.authorization === undefined)
      return reply.code(401).send({ error: 'Empty Authorization header' });
    if (key === undefined || !keys.includes(key)) return sendError(reply, 401, 'Invalid Authorization');
    feed.log.trim(now());
    const { timepoint } = request.query;
    const start = findStart(timepoint, feed, variants);
    if (typeof start !== 'number') return sendError(reply, Number(start.refused), REFUSALS[start.refused]);
    if (variants.overLimit === '429' && options.connections.isFull(key)) {
      if (variants.overLimitRetryAfter !== null) reply.header('retry-after', variants.overLimitRetryAfter);
      return sendError(reply, 429, 'Too Many Requests');
    }
    const late = timepoint === undefined ? 0 : faults.takeLateStart();
    const page = faults.takePage(feed.stream.name);
    const response = startStreaming(reply, page === undefined ? 'text/plain; charset=utf-8' : 'text/html');
    connect(response, { key, page, from: Math.min(start + late, feed.log.newest + 1) }, options);
    return reply;
  });
}

interface Admission {
  readonly key: string;
  readonly from: number;
  readonly page: Page | undefined;
}

function connect(response: ServerResponse, admission: Admission, options: StreamRouteOptions): void {
  const { key, from, page } = admission;
  const { feed, faults, limits, connections } = options;
  const log = options.log.child({ stream: feed.stream.name, timepoint: from });
  const connection = new Connection({ response, feed, faults, from, limits, page });
  connections.admit(key, connection);
  log.info('connection opened');
  connection.closed.then(
    (reason) => log.info({ reason }, 'connection closed'),
    (err: unknown) => {
      log.error({ err }, 'connection failed');
      response.destroy();
    },
  );
}

const REFUSALS = { 400: 'Invalid timepoint', 416: 'Requested Range Not Satisfiable' } as const;

interface Refusal {
  readonly refused: keyof typeof REFUSALS;
}

/** Finds the first timepoint for a reader: the requested one, or live. Otherwise returns the refusal. */
function findStart(asked: unknown, { log, beyond }: Feed, variants: Variants): number | Refusal {
  const live = log.newest + 1;
  if (asked === undefined) return live;
  const timepoint = typeof asked === 'string' && /^\d{1,16}$/.test(asked) ? Number(asked) : 0;
  if (timepoint === 0) return variants.noTimepoint === 'live' ? live : { refused: 400 };
  if (timepoint < log.oldest) return variants.expired === 'late' ? log.oldest : { refused: 416 };
  if (timepoint <= log.newest) return timepoint;
  if (timepoint === live && variants.afterNewest === 'live') return live;
  return beyond === 'oldest' ? log.oldest : { refused: 416 };
}

const STREAM_HEADERS = {
  'access-control-allow-headers':
    'origin, content-type, content-length, user-agent, host, accept, authorization',
  'access-control-expose-headers':
    'Location,www-authenticate,cache-control,pragma,content-type,expires,last-modified',
  'access-control-max-age': '3600',
  'cache-control': 'no-store',
};

/** Sends the head at once, so that a reader knows that it is connected before the first event. */
function startStreaming(reply: FastifyReply, contentType: string): ServerResponse {
  reply.hijack();
  reply.raw.writeHead(200, { ...STREAM_HEADERS, 'content-type': contentType });
  reply.raw.flushHeaders();
  return reply.raw;
}
