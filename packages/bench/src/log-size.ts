import { type System, startSystem } from '@timepoint/e2e/system';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { until } from '@timepoint/testkit/until';

export interface LogSizeResult {
  readonly events: number;
  /** Of the table with its indexes, while no payload is packed. */
  readonly bytesPerEvent: number;
  /** The same with the blocks, once all whole blocks are packed. */
  readonly packedBytesPerEvent: number;
}

const SIZE = `
select (pg_total_relation_size('ingest.events') + pg_total_relation_size('ingest.event_blocks'))
  / (select count(*) from ingest.events)::float8 as bytes
`;

/** The size of an event in the log, over all nine streams, before and after its payload is packed into a block. */
export async function measureLogSize(events: number): Promise<LogSizeResult> {
  const system = await startSystem({
    streams: STREAM_NAMES,
    simulator: { SIMULATOR_BACKLOG: String(events) },
  });
  try {
    await system.registerFromFirst();
    const worker = await system.start('worker');
    await system.start('ingestor');
    await until(async () => (await count(system, 'true')) === events);
    await worker.terminate();
    const bytesPerEvent = await measure(system);
    // As if two hours had passed. With its own queue prefix the worker starts its maintenance at once.
    await system.sql.query(`update ingest.events set received_at = received_at - interval '2 hours'`);
    await system.start('worker', { QUEUE_PREFIX: '{log-size}', CH_STREAMS: 'companies' });
    await until(async () => (await count(system, 'block_id is null')) < 64 * STREAM_NAMES.length);
    return { events, bytesPerEvent, packedBytesPerEvent: await measure(system) };
  } finally {
    await system.close();
  }
}

async function count({ sql }: System, condition: string): Promise<number> {
  const { rows } = await sql.query(`select count(*)::int from ingest.events where ${condition}`);
  return rows[0].count;
}

/** Without the free space that later events would use. */
async function measure({ sql }: System): Promise<number> {
  await sql.query('vacuum full ingest.events');
  return (await sql.query(SIZE)).rows[0].bytes;
}
