import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { asError, TimepointError } from './errors.ts';

/** The state of one part. `detail` says for an operator what is wrong, or what its state is. */
export interface Check {
  readonly ok: boolean;
  readonly detail: string;
}

export type Checks = Readonly<Record<string, () => Check | Promise<Check>>>;

export interface HealthOptions {
  readonly port: number;
  /** The address to listen on; all addresses of the machine when it is not given. */
  readonly host?: string | undefined;
  /** The process makes progress. A failed check means that a restart would help. */
  readonly live: Checks;
  /** The process can do its work now. */
  readonly ready: Checks;
  readonly registry: Registry;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/health/live`, `/health/ready` (200 or 503 with every named check) and `/metrics`.
 * @throws TimepointError `port-in-use` or `no-such-address` that names the setting.
 */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/', options, response).catch((error) => {
      sendJson(response, 500, { error: asError(error).message });
    });
  });
  await listen(server, options.port, options.host);
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(url: string, options: HealthOptions, response: ServerResponse): Promise<void> {
  switch (url.split('?')[0]) {
    case '/health/live':
      return sendChecks(response, options.live);
    case '/health/ready':
      return sendChecks(response, options.ready);
    case '/metrics':
      response.setHeader('content-type', options.registry.contentType);
      response.end(await options.registry.metrics());
      return;
    default:
      sendJson(response, 404, { error: 'try /health/live, /health/ready or /metrics' });
  }
}

async function sendChecks(response: ServerResponse, checks: Checks): Promise<void> {
  const result = await runChecks(checks);
  sendJson(response, result.ok ? 200 : 503, result);
}

/** The result of every named check. It is good only when all checks are. */
export interface ChecksResult {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, Check>>;
}

/** Runs the checks at the same time. One that throws has failed. */
export async function runChecks(checks: Checks): Promise<ChecksResult> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await runCheck(check)] as const),
  );
  return { ok: results.every(([, check]) => check.ok), checks: Object.fromEntries(results) };
}

/** A check without an answer for this long has failed, in ms: the request must not hang with the check. */
const CHECK_DEADLINE_MS = 3_000;

async function runCheck(check: Checks[string]): Promise<Check> {
  const { promise: tooLate, resolve } = Promise.withResolvers<Check>();
  const lateness = { ok: false, detail: `no answer within ${CHECK_DEADLINE_MS / 1000} s` };
  const timer = setTimeout(resolve, CHECK_DEADLINE_MS, lateness);
  try {
    return await Promise.race([check(), tooLate]);
  } catch (error) {
    return { ok: false, detail: asError(error).message };
  } finally {
    clearTimeout(timer);
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

async function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw explainListening(error, port, host);
  }
}

/** Replaces an error of `listen` by one that names the remedy; returns the same error when there is none. */
export function explainListening(error: unknown, port: number, host: string | undefined): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    const message = `Port ${port} is in use. Set PORT to a free one, or to 0 for any.`;
    return new TimepointError('port-in-use', message, { cause: error });
  }
  if (code === 'EADDRNOTAVAIL') {
    const message = `This machine has no address ${host}. Set BIND_ADDRESS to one of its own.`;
    return new TimepointError('no-such-address', message, { cause: error });
  }
  return error;
}
