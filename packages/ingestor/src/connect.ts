import { once } from 'node:events';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { asError } from '@timepoint/shared/platform/errors';
import got, { type Request, type Response } from 'got';
import { ConnectionEnded, type Ending } from './ending.ts';

/** The publisher, and how it is asked: the same for all streams. */
export interface StreamServer {
  /** Base URL of the publisher's streams; its path stays in front of the path of the stream. */
  readonly url: string;
  /** The stream key, which is another credential than a REST key. */
  readonly key: string;
  /** A connection without a byte for this long is dead, in ms. */
  readonly idleTimeoutMs: number;
}

/** One connection to one stream. */
export interface ConnectionRequest {
  readonly path: string;
  /** Inclusive: the event of this timepoint is delivered again. Null: live from now. */
  readonly timepoint: Timepoint | null;
  /** Called once the server answered 200. */
  readonly onOpen?: () => void;
  /** Called with the number of bytes of each chunk. */
  readonly onBytes?: (bytes: number) => void;
}

/** Opens a connection to a stream of one publisher, as {@link connect} does. */
export type OpenConnection = (request: ConnectionRequest, signal: AbortSignal) => AsyncIterable<Uint8Array>;

/** Binds the publisher once: callers name only the stream and the position. */
export function connectionsTo(server: StreamServer): OpenConnection {
  return (request, signal) => connect(server, request, signal);
}

const HANDSHAKE_TIMEOUT_MS = 10_000;
const MAX_BODY_LENGTH = 500;
/** After this, a page that does not end is shown as far as it came, in ms. */
const BODY_TIMEOUT_MS = 2_000;
/** A longer wait is cut to this, in ms; a timer of Node can't wait for more than 24 days. */
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * Opens one connection to a stream and yields its bytes as they come. Returns when the server ends the
 * response in good order or the signal aborts; leaving the loop closes the connection.
 * @throws ConnectionEnded with any other ending.
 */
export async function* connect(
  server: StreamServer,
  { onOpen, onBytes, ...asked }: ConnectionRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  if (signal.aborted) return;
  const request = open(server, asked, signal);
  let isIdle = false;
  const watchdog = setTimeout(() => {
    isIdle = true;
    request.destroy(new Error('idle'));
  }, server.idleTimeoutMs);
  try {
    const [response] = (await once(request, 'response')) as [Response];
    if (response.statusCode !== 200) throw new ConnectionEnded(await refusal(request, response));
    if (PAGE_TYPE.test(response.headers['content-type'] ?? ''))
      throw new ConnectionEnded({ kind: 'not-a-stream', text: await beginningOf(request) });
    onOpen?.();
    for await (const chunk of request) {
      watchdog.refresh();
      onBytes?.(chunk.byteLength);
      yield chunk;
    }
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof ConnectionEnded) throw error;
    throw new ConnectionEnded(isIdle ? { kind: 'idle' } : networkEnding(error), error);
  } finally {
    clearTimeout(watchdog);
    request.destroy();
  }
}

function open(
  { url, key }: StreamServer,
  { path, timepoint }: ConnectionRequest,
  signal: AbortSignal,
): Request {
  const request = got.stream(urlOf(url, path), {
    username: key,
    password: '',
    ...(timepoint === null ? {} : { searchParams: { timepoint } }),
    headers: { accept: 'application/json' },
    signal,
    throwHttpErrors: false,
    followRedirect: false,
    retry: { limit: 0 },
    timeout: {
      lookup: HANDSHAKE_TIMEOUT_MS,
      connect: HANDSHAKE_TIMEOUT_MS,
      secureConnect: HANDSHAKE_TIMEOUT_MS,
    },
  });
  // An error after the reader has left changes nothing, but must not end the process.
  request.on('error', () => undefined);
  return request;
}

/**
 * The types of a page. The publisher declares `text/plain` and sends JSON, so any other type, or none, may be a stream:
 * its lines show it.
 */
const PAGE_TYPE = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;

/** `new URL(path, base)` would drop the path of the base, such as the prefix of a proxy. */
function urlOf(base: string, path: string): URL {
  const url = new URL(base);
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  return url;
}

async function refusal(request: Request, response: Response): Promise<Ending> {
  const body = await beginningOf(request);
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'], Date.now());
  const { statusCode: status } = response;
  const location = status >= 300 && status < 400 ? showLocation(response.headers.location) : undefined;
  return { kind: 'http', status, retryAfterMs, body, location };
}

async function beginningOf(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  const timer = setTimeout(() => request.destroy(), BODY_TIMEOUT_MS);
  let body = '';
  try {
    for await (const chunk of request) {
      body += decoder.decode(chunk, { stream: true });
      if (body.length >= MAX_BODY_LENGTH) break;
    }
  } catch {
    // The beginning is enough to recognise the answer, so an error that cuts the rest is ignored.
  } finally {
    clearTimeout(timer);
  }
  return body.slice(0, MAX_BODY_LENGTH);
}

const MAX_LOCATION_LENGTH = 200;

/** The target of a redirect, without credentials. It is shown and never followed, as the key would be sent along. */
function showLocation(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const clean = header.replace(/[\p{Cc}\p{Cf}]/gu, '').replace(/^((?:[a-z][\w+.-]*:)?\/\/)[^/?#]*@/i, '$1');
  return clean.slice(0, MAX_LOCATION_LENGTH);
}

/** Reads `Retry-After`, seconds or a date, into ms from `now`, a day at most; null when absent or unreadable. */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const delayMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(delayMs) ? null : Math.min(Math.max(0, delayMs), LONGEST_RETRY_AFTER_MS);
}

function networkEnding(error: unknown): Ending {
  const { code, message } = asError(error) as NodeJS.ErrnoException;
  return { kind: 'network', message: code === undefined ? message : `${code}: ${message}` };
}
