import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { explainFailure } from './explain-failure.ts';

/** An input before its content is checked. */
export interface Input {
  /** The file names of the input, the most reliable first. */
  readonly names: readonly string[];
  readonly totalBytes: number | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Options of {@link openInput}. */
export interface InputOptions {
  /** The stream that `-` means. */
  readonly stdin: Readable;
  /** Its abort ends the reading with an error. */
  readonly signal: AbortSignal;
}

/** The pages on which the publisher lists its files. */
const LISTS =
  'https://download.companieshouse.gov.uk/en_output.html (companies) and ' +
  'https://download.companieshouse.gov.uk/en_pscdata.html (who controls them)';

/**
 * Opens a path, an `http(s)` URL or `-`.
 * @throws TimepointError `source-not-found`, `source-is-directory`, `source-unreadable`, `source-unreachable`.
 */
export async function openInput(location: string, { stdin, signal }: InputOptions): Promise<Input> {
  signal.throwIfAborted();
  if (location === '-') return { names: [], totalBytes: null, chunks: abortable(stdin, signal) };
  return isUrl(location) ? openUrl(new URL(location), signal) : openFile(location, signal);
}

/** A location without secrets: a URL without its credentials and query. */
export function showLocation(location: string): string {
  if (location === '-') return 'standard input';
  if (!isUrl(location)) return location;
  const { origin, pathname } = new URL(location);
  return origin + pathname;
}

function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location) && URL.canParse(location);
}

async function openFile(path: string, signal: AbortSignal): Promise<Input> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw isDirectory(path);
    const chunks = abortable(createReadStream(path), signal);
    await once(chunks, 'open');
    return { names: [basename(path)], totalBytes: stats.isFile() ? stats.size : null, chunks };
  } catch (error) {
    signal.throwIfAborted();
    const { code } = explainFailure(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw notFound(path, error);
    throw error instanceof TimepointError ? error : unreadable(path, error);
  }
}

function abortable(stream: Readable, signal: AbortSignal): Readable {
  // An error after the reader has stopped must not end the process.
  return addAbortSignal(signal, stream).on('error', () => undefined);
}

async function openUrl(url: URL, signal: AbortSignal): Promise<Input> {
  const shown = showLocation(url.href);
  const response = await fetch(...toRequest(url, signal)).catch((error: unknown) => {
    signal.throwIfAborted();
    throw unreachable(shown, error);
  });
  // Other good statuses, such as 206, have a part of the file.
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw refused(shown, response.status);
  }
  const length = response.headers.get('content-length');
  const isAsSent = response.headers.get('content-encoding') === null;
  return {
    names: [fileNameOf(response), basename(new URL(response.url).pathname), basename(url.pathname)].filter(
      (name) => name !== '',
    ),
    totalBytes: length !== null && isAsSent ? Number(length) : null,
    chunks: response.body,
  };
}

/** `fetch` accepts no credentials in a URL. The encoding `identity` makes the number of bytes known. */
function toRequest(url: URL, signal: AbortSignal): [URL, RequestInit] {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const authorization = { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  const headers = { 'accept-encoding': 'identity', ...(credentials === ':' ? {} : authorization) };
  return [bare, { headers, signal }];
}

function fileNameOf(response: Response): string {
  const disposition = response.headers.get('content-disposition') ?? '';
  return basename(/filename="?([^";]+)/i.exec(disposition)?.[1] ?? '');
}

function refused(shown: string, status: number): TimepointError {
  if (status === 404 || status === 410) return notFound(shown);
  const retryable = status === 408 || status === 429 || status >= 500;
  const remedy = retryable ? 'Try again later.' : 'Open it in a browser to see why.';
  const message = `${shown} was answered with HTTP status ${status}. ${remedy}`;
  return new TimepointError('source-unreadable', message, { retryable });
}

function notFound(shown: string, cause?: unknown): TimepointError {
  const message = `${shown} was not found. The newest files and their names are listed on ${LISTS}.`;
  return new TimepointError('source-not-found', message, { cause });
}

function isDirectory(path: string): TimepointError {
  const message = `${path} is a directory. Give one file; of a product in parts give each part by itself.`;
  return new TimepointError('source-is-directory', message);
}

function unreadable(path: string, error: unknown): TimepointError {
  const message = `${path} can't be read (${explainFailure(error).message}). Check who owns it and who may read it.`;
  return new TimepointError('source-unreadable', message, { cause: error });
}

function unreachable(shown: string, error: unknown): TimepointError {
  const remedy = 'Check the address and the network, or download the file and give its path.';
  const message = `${shown} can't be reached (${explainFailure(error).message}). ${remedy}`;
  return new TimepointError('source-unreachable', message, { retryable: true, cause: error });
}
