import { ConfigError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Control } from './control.ts';
import type { Connections } from './delivery/connections.ts';
import { hasErrorCode } from './error-code.ts';
import type { FaultBox } from './faults/fault-box.ts';
import type { Feed } from './feed.ts';
import type { SimulatorSettings } from './options.ts';
import { addControlRoutes } from './routes/control.ts';
import { sendHtml } from './routes/pages.ts';
import { addSnapshotRoutes } from './routes/snapshots.ts';
import { addStreamRoute } from './routes/stream.ts';
import { addTruthRoutes } from './routes/truth.ts';
import type { OpenSnapshot } from './snapshots/open-snapshot.ts';

export interface AppOptions {
  readonly settings: SimulatorSettings;
  readonly feeds: readonly Feed[];
  readonly faults: FaultBox;
  readonly connections: Connections;
  readonly control: Control;
  readonly openSnapshot: OpenSnapshot;
}

/** Creates the HTTP server of the streams, their ground truth, the snapshot files and the controls. */
export function createApp(options: AppOptions): FastifyInstance {
  const { settings, feeds, faults, connections, control, openSnapshot } = options;
  const { log, keys, variants, now } = settings;
  const app = fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  // Reads every body as JSON, whatever its content type, so that `curl -d` needs no header.
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('*', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
  answerErrors(app, log);
  for (const feed of feeds) {
    addStreamRoute(app, { feed, faults, connections, keys, limits: settings, variants, now, log });
    addTruthRoutes(app, feed);
  }
  addControlRoutes(app, control);
  addSnapshotRoutes(app, openSnapshot, log);
  return app;
}

/**
 * Starts listening. Resolves to the port.
 * @throws ConfigError when another program uses the port.
 */
export async function listen(app: FastifyInstance, { host, port }: SimulatorSettings): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    if (!hasErrorCode(error, 'EADDRINUSE')) throw error;
    throw new ConfigError([`SIMULATOR_PORT: port ${port} on ${host} is in use; set another one`]);
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Answers an unknown path as the publisher does: with a web page and a 503. */
function answerErrors(app: FastifyInstance, log: Logger): void {
  app.setNotFoundHandler((_request, reply) => sendHtml(reply, 503));
  app.setErrorHandler((err: FastifyError, _request, reply) => {
    const status = err.statusCode ?? 500;
    if (status >= 500) log.error({ err }, 'request failed');
    return reply.code(status).send({ error: err.message });
  });
}
