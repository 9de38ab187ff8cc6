import { type StreamName, streamNamed } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';

/** What the register still holds of a deleted resource. */
export interface Tombstone {
  readonly resource_uri: string;
  /** The last known document; null when none was ever read. */
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** The rows of those resources of a stream that are deleted now. */
export async function readTombstones(
  sql: Sql,
  stream: StreamName,
  resourceUris: readonly string[],
): Promise<Tombstone[]> {
  const { rows } = await sql.query<Tombstone>(
    `select resource_uri, data from register.${streamNamed(stream).table} where resource_uri = any($1) and deleted`,
    [resourceUris],
  );
  return rows;
}
