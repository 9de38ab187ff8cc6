import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTimepoint } from '@timepoint/e2e/service-process';
import { type System, startSystem } from '@timepoint/e2e/system';
import { createTestDatabase } from '@timepoint/testkit/private-database';
import { until } from '@timepoint/testkit/until';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { measureEvents, type Spread } from './spread.ts';

export interface ImportResult {
  readonly rows: number;
  readonly seconds: number;
  /** A plain `\copy` of the same file, unpacked, into a table of text columns without an index. */
  readonly copySeconds: number;
  /** The most that the importer held in memory, in MB. */
  readonly peakMb: number;
  /** From the simulator to `register.companies` while the import went on, in ms. */
  readonly live: Spread;
}

/** The same as in the script `timepoint` of package.json: they keep memory small. */
const NODE_OPTIONS = ['--max-semi-space-size=4', '--heap-growing-percent=20', '--optimize-for-size'];
const DAY = '2026-11-01';
const LIVE_EVENTS_PER_SECOND = 20;

/** How long a file of companies takes from its zip to the register, with live events going on. */
export async function measureImport(rows: number, folder: string): Promise<ImportResult> {
  const system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '1000' } });
  try {
    const file = async (extension: string) => {
      const name = `BasicCompanyDataAsOneFile-${DAY}.${extension}`;
      const response = await fetch(`${system.env.CH_STREAM_URL}/snapshots/${name}?at=newest&rows=${rows}`);
      const path = join(folder, name);
      await pipeline(Readable.fromWeb(response.body as never), createWriteStream(path));
      return path;
    };
    const [zip, csv] = [await file('zip'), await file('csv')];
    const copySeconds = await timed(() => copyPlainly(csv));
    await Promise.all([system.start('worker'), system.start('ingestor')]);
    await until(async () => (await system.status()).connections.length === 1);
    return { rows, copySeconds, ...(await importWhileLive(system, zip)) };
  } finally {
    await system.close();
  }
}

async function importWhileLive(system: System, zip: string) {
  const startedAt = performance.now();
  const importer = startTimepoint(['snapshot', 'import', zip], system.env, NODE_OPTIONS);
  const over = new AbortController();
  let peakMb = 0;
  const ended = importer.ended.finally(() => over.abort());
  const watch = async () => {
    while (!over.signal.aborted) {
      peakMb = Math.max(peakMb, await readPeakMb(importer.pid));
      await sleep(200);
    }
  };
  const [code, live] = await Promise.all([
    ended,
    measureEvents(system, LIVE_EVENTS_PER_SECOND, () => over.signal.aborted),
    watch(),
  ]);
  if (code !== 0) throw new Error(importer.output());
  return { seconds: (performance.now() - startedAt) / 1000, peakMb, live };
}

/** The peak of the resident memory of a process so far, in MB; 0 when it is gone, or where Linux does not report it. */
async function readPeakMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1000;
}

async function copyPlainly(csv: string): Promise<void> {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const columns = Array.from({ length: 55 }, (_, place) => `column_${place} text`);
    await client.query(`create table plain (${columns.join(', ')})`);
    await pipeline(
      createReadStream(csv),
      client.query(copyFrom('copy plain from stdin (format csv, header)')),
    );
  } finally {
    await client.end();
    await database.drop();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
