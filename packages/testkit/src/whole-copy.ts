import { Readable } from 'node:stream';
import { startCommand } from '@timepoint/cli/test-command-line';
import { openDatabase } from '@timepoint/database/pool';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { STREAMS } from '@timepoint/shared/contract/streams';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues } from '@timepoint/shared/queues/queues';
import { applyBatch } from '@timepoint/worker/apply/apply-batch';
import { createMetrics } from '@timepoint/worker/metrics';
import { startMergeWorker } from '@timepoint/worker/snapshots/merge-worker';
import { companyFile, companyRecord } from './company-csv.ts';
import { TEST_DOCUMENTS } from './documents.ts';
import { uniquePrefix } from './private-redis.ts';

const ORIGIN = 100;

/** A file with a company that the stream has too, with other values. */
const FILE = companyFile(
  companyRecord({ CompanyStatus: 'Liquidation' }),
  companyRecord({ CompanyNumber: 'SC000123', CompanyName: 'SECOND Ö LIMITED' }),
);

/** The result of {@link makeWholeCopy}. */
export interface WholeCopy {
  /** The rows of every table of the register as Postgres formats them, without `updated_at`. */
  readonly rows: Readonly<Record<string, unknown>>;
  /** The output of `timepoint verify`, and its exit code. */
  readonly verified: string;
  readonly exitCode: typeof process.exitCode;
  /** The number of streams in `timepoint status --json`. */
  readonly streams: number;
}

/** For tests: migrates a database, applies events of all streams, imports a file by command, and returns the result. */
export async function makeWholeCopy(url: string, redisUrl?: string): Promise<WholeCopy> {
  const prefix = uniquePrefix();
  const env = { QUEUE_PREFIX: prefix, ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }) };
  const run = (args: string, input = Readable.from([])) =>
    startCommand(args, url, { env, input, signal: new AbortController().signal }).ended;
  await run('migrate up');
  const logger = createLogger({ name: 'test', level: 'silent' });
  const database = openDatabase(url, 3);
  const queues = await openQueues({ redisUrl, databaseUrl: url, prefix }, logger);
  const worker = startMergeWorker({ queues, database, metrics: createMetrics(), logger });
  try {
    for (const { name } of STREAMS) await applyBatch(database, jobOf(name));
    await run('snapshot import - --date 2026-07-01', Readable.from([Buffer.from(FILE)]));
    const { printed: verified, exitCode } = await run('verify');
    const { reading } = JSON.parse((await run('status --json')).printed) as {
      reading: { statuses: unknown[] };
    };
    return { rows: await readRows(url), verified, exitCode, streams: reading.statuses.length };
  } finally {
    await worker.close();
    await queues.close();
    await database.close();
  }
}

function jobOf(stream: (typeof STREAMS)[number]['name']) {
  const lines = TEST_DOCUMENTS[stream].map((data, index) =>
    JSON.stringify({
      resource_kind: 'a-kind',
      resource_uri: `/company/0987654${index}`,
      resource_id: 'x',
      data,
      event: { timepoint: ORIGIN + index + 1, published_at: '2026-03-02T10:15:30', type: 'changed' },
    }),
  );
  const upTo = ORIGIN + lines.length;
  return eventsJobSchema.parse({ stream, origin: ORIGIN, after: ORIGIN, upTo, lines, receivedAt: 0 });
}

/** The rows of every table of the register, without `updated_at`. */
export async function readRows(url: string): Promise<Record<string, unknown>> {
  const database = openDatabase(url, 1);
  const rows: Record<string, unknown> = {};
  try {
    for (const table of [...STREAMS.map(({ table }) => table), 'company_status_changes']) {
      const statement = `select to_jsonb(held) - 'updated_at' as row from register.${table} as held order by 1`;
      rows[table] = (await database.query(statement)).rows;
    }
    return rows;
  } finally {
    await database.close();
  }
}
