import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openSource } from './open-source.ts';
import { collect } from './test-chunks.ts';
import { zipOf } from './test-zip.ts';

const CONTENT = 'CompanyName,CompanyNumber\r\n'.repeat(20_000);
const ARCHIVE = zipOf({ name: 'BasicCompanyDataAsOneFile-2026-03-01.csv', content: CONTENT });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timepoint-'));
});
afterAll(() => rm(folder, { recursive: true }));

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function open(location: string, options: { stdin?: Readable; signal?: AbortSignal } = {}) {
  return openSource(location, { stdin: Readable.from([]), signal: new AbortController().signal, ...options });
}

const contentOf = async (source: { content: AsyncIterable<Buffer> }) =>
  Buffer.concat(await collect(source.content)).toString();

const error = (code: string, retryable: boolean, message: RegExp) =>
  expect.objectContaining({
    name: 'TimepointError',
    code,
    retryable,
    message: expect.stringMatching(message),
  });

describe('Timepoint, opening a file,', () => {
  it('reads it unchanged, and counts the bytes', async () => {
    const source = await open(await fileOf('BasicCompanyDataAsOneFile-2026-03-01.csv', CONTENT));
    expect(source).toMatchObject({
      name: 'BasicCompanyDataAsOneFile-2026-03-01.csv',
      totalBytes: CONTENT.length,
    });
    expect(source.readBytes()).toBeLessThan(CONTENT.length);
    expect(await contentOf(source)).toBe(CONTENT);
    expect(source.readBytes()).toBe(CONTENT.length);
  });

  it('unpacks it whatever its name is, and prefers the better name inside', async () => {
    const source = await open(await fileOf('download.csv', ARCHIVE));
    expect(source).toMatchObject({
      name: 'BasicCompanyDataAsOneFile-2026-03-01.csv',
      totalBytes: ARCHIVE.length,
    });
    expect(await contentOf(source)).toBe(CONTENT);
    expect(source.readBytes()).toBe(ARCHIVE.length);
  });

  it('keeps its own name when the name inside is not better', async () => {
    const archive = zipOf({ name: 'a.csv', content: CONTENT });
    expect((await open(await fileOf('b.zip', archive))).name).toBe('b.zip');
    const named = await fileOf('psc-snapshot-2026-03-02_1of2.zip', archive);
    expect((await open(named)).name).toBe('psc-snapshot-2026-03-02_1of2.zip');
  });

  it('names the remedy when there is no file', async () => {
    await expect(open(join(folder, 'none.csv'))).rejects.toEqual(
      error('source-not-found', false, /none\.csv was not found.*download\.companieshouse\.gov\.uk/),
    );
    const inside = join(await fileOf('plain.csv', 'x'), 'none.csv');
    await expect(open(inside)).rejects.toEqual(error('source-not-found', false, /was not found/));
  });

  it('names the remedy when it is a directory, or empty', async () => {
    await expect(open(folder)).rejects.toEqual(
      error('source-is-directory', false, /is a directory\. Give one file/),
    );
    await expect(open(await fileOf('empty.csv', ''))).rejects.toEqual(
      error('source-empty', false, /is empty/),
    );
  });

  it('names the remedy when it can not be read', async () => {
    await expect(open(join(folder, 'x'.repeat(300)))).rejects.toEqual(
      error('source-unreadable', false, /can't be read \(ENAMETOOLONG.*Check who owns it/),
    );
  });

  it('names the fault of a zip file', async () => {
    const cut = await open(await fileOf('cut.zip', ARCHIVE.subarray(0, 300)));
    await expect(contentOf(cut)).rejects.toEqual(error('zip-broken', false, /ends too early/));
    const none = await fileOf('none.zip', zipOf({ name: 'a.md', content: '' }));
    await expect(open(none)).rejects.toEqual(error('zip-entries', false, /holds a\.md/));
  });

  it.each([
    ['<!DOCTYPE html><html>Sign in</html>', /is a page for a browser.*Open it there/],
    ['\ufeff<?xml version="1.0"?>', /is a page for a browser/],
    [gzipSync(CONTENT), /is packed by gzip.*Unpack it/],
  ])('names what it is instead of a file: %#', async (content, message) => {
    const named = await fileOf('BasicCompanyDataAsOneFile-2026-03-01.zip', content as string);
    for (const location of [named, named])
      await expect(open(location)).rejects.toEqual(error('source-no-file', false, message));
  });

  it('reports a file that grows while it is read', async () => {
    const path = await fileOf('growing.csv', CONTENT);
    const source = await open(path);
    await appendFile(path, CONTENT);
    await expect(contentOf(source)).rejects.toEqual(
      error('source-interrupted', true, /broke off after .* bytes \(it has 540000\)/),
    );
  });

  it('stops when it is aborted', async () => {
    const reason = new Error('enough');
    for (const content of [CONTENT, zipOf({ name: 'a.csv', content: CONTENT, isStored: true })]) {
      const controller = new AbortController();
      const source = await open(await fileOf('stopped', content), { signal: controller.signal });
      controller.abort(reason);
      await expect(contentOf(source)).rejects.toBe(reason);
    }
    await expect(open(folder, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('Timepoint, reading standard input,', () => {
  it.each([1, 100, 100_000])('reads it in chunks of %d bytes, packed or not', async (size) => {
    const chunks = (bytes: Buffer) =>
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
    const small = CONTENT.slice(0, 5_000);
    const archive = zipOf({ name: 'psc-snapshot-2026-03-02_1of1.txt', content: small, descriptor: 'signed' });
    const packed = await open('-', { stdin: Readable.from(chunks(archive)) });
    expect(packed).toMatchObject({ name: 'psc-snapshot-2026-03-02_1of1.txt', totalBytes: null });
    expect(await contentOf(packed)).toBe(small);
    const plain = await open('-', { stdin: Readable.from(chunks(Buffer.from(small))) });
    expect(plain).toMatchObject({ name: '-', totalBytes: null });
    expect(await contentOf(plain)).toBe(small);
  });

  it('reports empty input', async () => {
    await expect(open('-')).rejects.toEqual(error('source-empty', false, /^standard input is empty/));
  });

  it('stops waiting when it is aborted', async () => {
    const reason = new Error('enough');
    for (const beginning of [CONTENT, ARCHIVE.subarray(0, 500)]) {
      const controller = new AbortController();
      const stdin = new PassThrough();
      stdin.write(beginning);
      const source = await open('-', { stdin, signal: controller.signal });
      setImmediate(() => controller.abort(reason));
      await expect(contentOf(source)).rejects.toBe(reason);
      expect(stdin.destroyed).toBe(true);
    }
  });

  it('can be closed in the middle while no more bytes arrive', async () => {
    for (const beginning of [CONTENT, zipOf({ name: 'a.csv', content: CONTENT }).subarray(0, -300)]) {
      const stdin = new PassThrough();
      stdin.write(beginning);
      const source = await open('-', { stdin });
      for await (const block of source.content) {
        expect(block.length).toBeGreaterThan(0);
        break;
      }
      expect(stdin.destroyed).toBe(true);
    }
  });
});

describe('Timepoint, downloading a file,', () => {
  it('reads it while it arrives', async () => {
    const url = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      response.writeHead(200, { 'content-length': ARCHIVE.length }).end(ARCHIVE);
    });
    const source = await open(`${url}/files/BasicCompanyData-2026-03-01-part1_7.zip?key=secret`);
    expect(source).toMatchObject({
      name: 'BasicCompanyData-2026-03-01-part1_7.zip',
      totalBytes: ARCHIVE.length,
    });
    expect(await contentOf(source)).toBe(CONTENT);
    expect(source.readBytes()).toBe(ARCHIVE.length);
  });

  it('follows a redirect, and uses the name of the server', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/latest') response.writeHead(302, { location: '/files/1' }).end();
      else response.writeHead(200, { 'content-disposition': 'attachment; filename="x.csv"' }).end(CONTENT);
    });
    const source = await open(`${url}/latest`);
    expect(source).toMatchObject({ name: 'x.csv', totalBytes: null });
    expect(await contentOf(source)).toBe(CONTENT);
  });

  it('unpacks a response that the server has compressed against the request', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(CONTENT));
    });
    const source = await open(`${url}/a.csv`);
    expect(source.totalBytes).toBeNull();
    expect(await contentOf(source)).toBe(CONTENT);
  });

  it('refuses a page for a browser, whatever its name is', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('\n<html>Sign in</html>');
    });
    await expect(open(`${url}/psc-snapshot-2026-03-02_1of1.zip`)).rejects.toEqual(
      error('source-no-file', false, /is a page for a browser/),
    );
  });

  it('does not send its credentials to another host, when the file has moved there', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200).end(CONTENT);
    });
    const url = await serve((_request, response) => response.writeHead(302, { location: other }).end());
    expect(await contentOf(await open(url.replace('//', '//me:secret@')))).toBe(CONTENT);
    expect(seen).toEqual([undefined]);
  });

  it('signs in with the credentials of the URL', async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.headers.authorization === `Basic ${btoa('me:p@ss')}` ? 200 : 401).end('x');
    });
    expect(await contentOf(await open(url.replace('//', '//me:p%40ss@')))).toBe('x');
  });

  it.each([
    [404, 'source-not-found', false, /^http:\/\/127\.0\.0\.1:\d+\/a\.zip was not found.*en_output/],
    [410, 'source-not-found', false, /was not found/],
    [206, 'source-unreadable', false, /HTTP status 206\. Open it in a browser/],
    [403, 'source-unreadable', false, /HTTP status 403\. Open it in a browser/],
    [429, 'source-unreadable', true, /HTTP status 429\. Try again later/],
    [503, 'source-unreadable', true, /HTTP status 503\. Try again later/],
  ])('names the remedy for HTTP status %d, and hides secrets', async (status, code, retryable, message) => {
    const url = await serve((_request, response) => response.writeHead(status).end('<html>'));
    await expect(open(`${url.replace('//', '//me:secret@')}/a.zip?key=secret`)).rejects.toEqual(
      error(code, retryable, message),
    );
    await expect(open(`${url.replace('//', '//me:secret@')}/a.zip?key=secret`)).rejects.not.toThrow(/secret/);
  });

  it('reports a server that can not be reached', async () => {
    const url = await serve(() => undefined);
    await closers.pop()?.();
    await expect(open(`${url}/a.zip`)).rejects.toEqual(
      error('source-unreachable', true, /can't be reached \(.*ECONNREFUSED/),
    );
  });

  it('distinguishes an interrupted download from a complete one', async () => {
    for (const content of [CONTENT, zipOf({ name: 'a.csv', content: CONTENT, isStored: true })]) {
      const url = await serve((_request, response) => {
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.slice(0, 100_000), () => setTimeout(() => response.destroy(), 50));
      });
      const source = await open(`${url}/a.zip`);
      await expect(contentOf(source)).rejects.toEqual(
        error('source-interrupted', true, /broke off after 100000 bytes/),
      );
    }
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const url = await serve((_request, response) => void response.writeHead(200).write(CONTENT));
    const source = await open(url, { signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    await expect(contentOf(source)).rejects.toBe(reason);
    const silent = await serve(() => undefined);
    const waiting = open(silent, { signal: AbortSignal.timeout(20) });
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
