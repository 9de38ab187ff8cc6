import { EPOCH_STEP } from '@timepoint/shared/contract/epoch';
import type { Sql } from '../pool.ts';

/** An epoch of a stream, which began when the publisher counted it anew. */
export interface Epoch {
  readonly stream: string;
  readonly epoch: number;
  /** The last timepoint of the epoch before it. */
  readonly after: number;
  /** The first timepoint that was requested, as stored. */
  readonly first: number;
  readonly begun_at: Date;
  readonly who: string;
  readonly because: string;
}

const COLUMNS = 'stream, epoch, after, first, begun_at, who, because';

/** Every epoch, the oldest of each stream first. Epoch 0 of a stream has no row. */
export async function readEpochs(sql: Sql): Promise<Epoch[]> {
  return (await sql.query<Epoch>(`select ${COLUMNS} from ingest.epochs order by stream, epoch`)).rows;
}

/** The latest epoch of each stream that was counted anew. */
export async function readLatestEpochs(sql: Sql): Promise<Epoch[]> {
  const statement = `select distinct on (stream) ${COLUMNS} from ingest.epochs order by stream, epoch desc`;
  return (await sql.query<Epoch>(statement)).rows;
}

/** The latest epoch of a stream at a moment; 0 before the first count anew. */
export async function readEpochAt(sql: Sql, stream: string, at: Date): Promise<number> {
  const statement =
    'select coalesce(max(epoch), 0) as epoch from ingest.epochs where stream = $1 and begun_at <= $2';
  return (await sql.query<{ epoch: number }>(statement, [stream, at])).rows[0]?.epoch ?? 0;
}

/** The base of the latest epoch of a stream; 0 when it was never counted anew. */
export async function readBase(sql: Sql, stream: string): Promise<number> {
  const statement = 'select coalesce(max(epoch), 0) as epoch from ingest.epochs where stream = $1';
  return ((await sql.query<{ epoch: number }>(statement, [stream])).rows[0]?.epoch ?? 0) * EPOCH_STEP;
}
