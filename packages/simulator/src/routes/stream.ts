import type { ServerResponse } from 'node:http';
import type { Logger } from '@timepoint/shared/logger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Connection, type Limits } from '../delivery/connection.ts';
import type { Connections } from '../delivery/connections.ts';
import type { FaultBox } from '../faults/fault-box.ts';
import type { Feed } from '../feed.ts';
import type { EventLog } from '../log.ts';
import { keyOf } from './access.ts';
import { sendError, sendFault } from './pages.ts';

export interface StreamRouteOptions {
  readonly feed: Feed;
  readonly faults: FaultBox;
  readonly connections: Connections;
  readonly keys: readonly string[];
  readonly limits: Limits;
  readonly now: () => number;
  readonly log: Logger;
}

interface StreamRequest {
  Querystring: { timepoint?: unknown };
}

/** Serves one stream under its path. */
export function addStreamRoute(app: FastifyInstance, options: StreamRouteOptions): void {
  const { feed, faults, keys, now } = options;
  app.get<StreamRequest>(feed.stream.path, (request, reply) => {
    const respond = faults.takeRespond();
    if (respond !== undefined) return sendFault(reply, respond);
    const key = keyOf(request.headers.authorization);
    if (key === undefined || !keys.includes(key)) return sendError(reply, 401, 'Invalid Authorization');
    feed.log.trim(now());
    const { timepoint } = request.query;
    const start = findStart(timepoint, feed.log);
    if (start === undefined) return sendError(reply, 416, 'Requested Range Not Satisfiable');
    const late = timepoint === undefined ? 0 : faults.takeLateStart();
    connect(startStreaming(reply), key, Math.min(start + late, feed.log.newest + 1), options);
    return reply;
  });
}

function connect(response: ServerResponse, key: string, from: number, options: StreamRouteOptions): void {
  const { feed, faults, limits, connections } = options;
  const log = options.log.child({ stream: feed.stream.name, timepoint: from });
  const connection = new Connection({ response, feed, faults, from, limits });
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

/** Where a reader starts: at the timepoint asked for, or live. Undefined for what the log can't serve. */
function findStart(asked: unknown, log: EventLog): number | undefined {
  if (asked === undefined) return log.newest + 1;
  const timepoint = typeof asked === 'string' && /^\d{1,15}$/.test(asked) ? Number(asked) : Number.NaN;
  return timepoint >= log.oldest && timepoint <= log.newest ? timepoint : undefined;
}

/** Sends the head at once: a reader must know that it is connected long before the first event. */
function startStreaming(reply: FastifyReply): ServerResponse {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  reply.raw.flushHeaders();
  return reply.raw;
}
