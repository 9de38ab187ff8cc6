import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Closing } from './closing.ts';
import type { Connection } from './connection.ts';

/** The open connections of all keys and streams. */
export interface Connections {
  /** Connections ever opened. */
  readonly opened: number;
  /** Whether one more connection would exceed the limit of the key. */
  isFull(key: string): boolean;
  /** Admits a connection. Closes the oldest ones of the key beyond its limit. */
  admit(key: string, connection: Connection): void;
  /** Closes all connections, or all of one stream. Resolves when they are closed. */
  closeAll(closing: Closing, stream?: StreamName): Promise<void>;
  list(): readonly OpenConnection[];
}

export interface OpenConnection {
  readonly key: string;
  readonly connection: Connection;
  readonly sinceMs: number;
}

const REPLACED: Closing = { reason: 'replaced by a newer connection', how: 'end' };

/** Creates an empty set of connections. */
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
