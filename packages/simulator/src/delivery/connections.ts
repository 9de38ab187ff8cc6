import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Closing } from './closing.ts';
import type { Connection } from './connection.ts';

/** The open connections of all keys and streams. */
export interface Connections {
  /** Connections ever opened. */
  readonly opened: number;
  /** Whether another connection of the key would be one too many. */
  isFull(key: string): boolean;
  /** Admits a connection; the oldest ones of the key that are beyond its limit are closed. */
  admit(key: string, connection: Connection): void;
  /** Resolves when all are closed, or all of one stream. */
  closeAll(closing: Closing, stream?: StreamName): Promise<void>;
  list(): readonly OpenConnection[];
}

export interface OpenConnection {
  readonly key: string;
  readonly connection: Connection;
  readonly sinceMs: number;
}

const REPLACED: Closing = { reason: 'replaced by a newer connection', how: 'end' };

/** Holds no connections at first. */
export function createConnections(maxPerKey: number, now: () => number): Connections {
  let open: OpenConnection[] = [];
  let opened = 0;

  const forget = (forgotten: Connection) => {
    open = open.filter(({ connection }) => connection !== forgotten);
  };

  return {
    get opened() {
      return opened;
    },
    isFull: (key) => open.filter((other) => other.key === key).length >= maxPerKey,
    admit(key, connection) {
      opened += 1;
      open.push({ key, connection, sinceMs: now() });
      void connection.closed.finally(() => forget(connection)).catch(() => undefined);
      const ofKey = open.filter((other) => other.key === key);
      for (const { connection: oldest } of ofKey.slice(0, Math.max(0, ofKey.length - maxPerKey))) {
        oldest.close(REPLACED);
        forget(oldest);
      }
    },
    async closeAll(closing, stream) {
      const meant = open.filter(({ connection }) => (stream ?? connection.stream) === connection.stream);
      for (const { connection } of meant) connection.close(closing);
      await Promise.allSettled(meant.map(({ connection }) => connection.closed));
    },
    list: () => open,
  };
}
