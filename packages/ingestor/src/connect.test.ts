import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { connect, parseRetryAfter } from './connect.ts';
import { describeEnding } from './describe-ending.ts';
import { ConnectionEnded, type Ending } from './ending.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface ReadOptions {
  readonly timepoint?: number;
  readonly idleTimeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onChunk?: (text: string) => void;
}

/** Reads a connection to its end: what came, and how it ended. */
async function read(url: string, { timepoint, idleTimeoutMs = 5_000, signal, onChunk }: ReadOptions = {}) {
  const server = { url, key: 'a-key', idleTimeoutMs };
  const request = { path: '/companies', timepoint: (timepoint ?? null) as Timepoint | null };
  const never = new AbortController().signal;
  let text = '';
  try {
    for await (const chunk of connect(server, request, signal ?? never)) {
      text += Buffer.from(chunk).toString();
      onChunk?.(text);
    }
    return { text, ending: { kind: 'clean' } as Ending };
  } catch (error) {
    if (error instanceof ConnectionEnded) return { text, ending: error.ending };
    throw error;
  }
}

describe('Timepoint, holding a connection,', () => {
  it.each(['/proxy/ch', '/proxy/ch/', '/', ''])('keeps the path %j of the base URL', async (prefix) => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push(request.url);
      response.end();
    });
    await read(`${url}${prefix}`, { timepoint: 5 });
    expect(seen).toEqual([`${prefix.replace(/\/$/, '')}/companies?timepoint=5`]);
  });

  it.each([
    ['https://other.test/companies', 'https://other.test/companies'],
    ['https://user:a-secret@other.test/x', 'https://other.test/x'],
    ['//user:a-secret@other.test/x', '//other.test/x'],
    ['/elsewhere', '/elsewhere'],
    [`https://other.test/${'x'.repeat(5_000)}`, `https://other.test/${'x'.repeat(181)}`],
  ])('never follows a redirect to %s, but says where it points to', async (location, shown) => {
    const asked: unknown[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location }).end();
    });
    const { ending } = await read(url);
    expect(ending).toMatchObject({ kind: 'http', status: 302, location: shown });
    expect(asked).toEqual(['/companies']);
    expect(describeEnding(ending)).toMatch(/a redirect to .* not followed; set CH_STREAM_URL/s);
  });

  it('asks with its key and position, and yields the bytes to a clean end', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push(request.url, request.headers.authorization);
      response.write('one\n');
      response.end('two\n');
    });
    expect(await read(url, { timepoint: 101 })).toEqual({ text: 'one\ntwo\n', ending: { kind: 'clean' } });
    expect(await read(url)).toMatchObject({ ending: { kind: 'clean' } });
    const basic = `Basic ${Buffer.from('a-key:').toString('base64')}`;
    expect(seen).toEqual(['/companies?timepoint=101', basic, '/companies', basic]);
  });

  it.each([
    [401, {}, null, undefined],
    [416, {}, null, undefined],
    [429, { 'retry-after': '120' }, 120_000, undefined],
    [503, {}, null, undefined],
    [302, { location: 'http://127.0.0.1:9/' }, null, 'http://127.0.0.1:9/'],
  ])('reports that the server refused it with %i', async (status, headers, retryAfterMs, location) => {
    const url = await serve((_request, response) =>
      response.writeHead(status, headers).end('<html>no</html>'),
    );
    expect((await read(url)).ending).toEqual({
      kind: 'http',
      status,
      retryAfterMs,
      body: '<html>no</html>',
      location,
    });
  });

  it('keeps only the beginning of a long refusal', async () => {
    const url = await serve((_request, response) => response.writeHead(502).end('x'.repeat(1_000_000)));
    const { ending } = await read(url);
    expect(ending.kind === 'http' && ending.body).toHaveLength(500);
  });

  it('gives up on a line that sends no byte, before and after the answer', async () => {
    const mute = await serve(() => undefined);
    expect((await read(mute, { idleTimeoutMs: 50 })).ending).toEqual({ kind: 'idle' });
    const muted = await serve((_request, response) => response.write('one\n'));
    expect(await read(muted, { idleTimeoutMs: 1_000 })).toEqual({ text: 'one\n', ending: { kind: 'idle' } });
  });

  it('distinguishes a broken line from a clean end', async () => {
    const url = await serve((request, response) => {
      response.write('one\n', () => request.socket.resetAndDestroy());
    });
    expect(await read(url)).toMatchObject({ text: 'one\n', ending: { kind: 'network' } });
  });

  it('names the reason when no server answers', async () => {
    const { ending } = await read('http://127.0.0.1:9');
    expect(ending.kind === 'network' && ending.message).toMatch(/^ECONNREFUSED: /);
  });

  it('closes at once when it is aborted, and does not open when it was', async () => {
    const closed = Promise.withResolvers<void>();
    const url = await serve((request, response) => {
      request.socket.once('close', () => closed.resolve());
      response.write('one\n');
    });
    const abort = new AbortController();
    expect(await read(url, { signal: abort.signal, onChunk: () => abort.abort() })).toMatchObject({
      text: 'one\n',
    });
    await closed.promise;
    expect(await read('http://127.0.0.1:9', { signal: abort.signal })).toEqual({
      text: '',
      ending: { kind: 'clean' },
    });
  });
});

describe('Timepoint, reading Retry-After,', () => {
  it.each([
    ['120', 120_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 60_000],
    ['Wed, 21 Oct 2020 07:28:00 GMT', 0],
    ['soon', null],
    ['2592000', 24 * 3_600_000],
    [undefined, null],
  ])('takes %p for %p ms', (header, delayMs) => {
    expect(parseRetryAfter(header, Date.parse('2026-10-21T07:27:00Z'))).toBe(delayMs);
  });
});
