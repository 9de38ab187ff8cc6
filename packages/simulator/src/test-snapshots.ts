import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { fromBuffer, type ZipFile } from 'yauzl';
import type { Simulator } from './server.ts';

/** A line of the truth behind a snapshot file. */
export interface TruthLine {
  readonly resource_uri: string;
  readonly stream: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly faults?: readonly string[];
}

/** For tests: the bytes of a snapshot file. */
export async function fetchFile({ url }: Simulator, name: string, query = ''): Promise<Buffer> {
  const answer = await fetch(`${url}/snapshots/${name}?${query}`);
  if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** For tests: the truth behind a snapshot file, line by line. */
export async function fetchTruth({ url }: Simulator, name: string, query = ''): Promise<TruthLine[]> {
  const answer = await fetch(`${url}/simulator/snapshot-truth/${name}?${query}`);
  return linesOf(await answer.text()).map((line) => JSON.parse(line));
}

/** Lines that each end with a line break. */
export function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

/** Parses the rows of a CSV file by its header, with a library that shares no code with the writer. */
export function readCsv(file: Buffer): Record<string, string>[] {
  return parse(file, { columns: (header: string[]) => header.map((name) => name.trim()) });
}

/** Reads the only file of a zip, with a library that shares no code with the writer. */
export async function unzip(zip: Buffer): Promise<{ name: string; content: Buffer }> {
  const opened = await new Promise<ZipFile>((resolve, reject) =>
    fromBuffer(zip, { lazyEntries: true }, (error, file) => (error ? reject(error) : resolve(file))),
  );
  if (opened.entryCount !== 1) throw new Error(`the zip has ${opened.entryCount} entries`);
  opened.readEntry();
  const [entry] = await once(opened, 'entry');
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) =>
    opened.openReadStream(entry, (error, content) => (error ? reject(error) : resolve(content))),
  );
  return { name: entry.fileName, content: await buffer(stream) };
}
