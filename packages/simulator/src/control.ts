import type { Connections } from './delivery/connections.ts';
import type { FaultBox } from './faults/fault-box.ts';
import type { Faults, FaultsInput } from './faults/schema.ts';
import type { Metronome } from './metronome.ts';
import type { Pace } from './pace.ts';
import type { Publisher } from './publisher.ts';

/** The levers of a simulator, the same over HTTP and within the process. */
export interface Control {
  /** Emits events now; resolves to the newest timepoint. */
  emit(count: number): Promise<number>;
  /** Emits by itself from now on, so many a second or at a pace with bursts; 0 stops. */
  setRate(rate: number | Pace): void;
  /** Replaces all faults; throws a ZodError for those that make no sense. */
  setFaults(faults: FaultsInput): void;
  clearFaults(): void;
  /** Breaks all connections, after half a line if wanted; returns how many there were. */
  disconnect(options?: { cutTail?: boolean }): number;
  status(): Status;
}

export interface Status {
  readonly seed: number;
  /** The first timepoint of the history, and the oldest and newest that can be asked for. */
  readonly first: number;
  readonly oldest: number;
  readonly newest: number;
  readonly connections: readonly { readonly stream: string; readonly since: string }[];
  readonly eventsPerSecond: number;
  readonly burst: Pace['burst'] | null;
  /** Events since the process started. */
  readonly emitted: number;
  readonly connectionsOpened: number;
  readonly faults: Faults;
}

export interface ControlOptions {
  readonly publisher: Publisher;
  readonly metronome: Metronome;
  readonly faults: FaultBox;
  readonly connections: Connections;
}

/** Takes the levers of the parts into one hand. */
export function createControl({ publisher, metronome, faults, connections }: ControlOptions): Control {
  return {
    emit: (count) => publisher.emit(count),
    setRate: (rate) => metronome.set(typeof rate === 'number' ? { eventsPerSecond: rate } : rate),
    setFaults: (wanted) => faults.set(wanted),
    clearFaults: () => faults.clear(),
    disconnect({ cutTail = false } = {}) {
      const count = connections.list().length;
      void connections.closeAll({ reason: 'disconnected by control', how: cutTail ? 'cut-tail' : 'destroy' });
      return count;
    },
    status: () => ({
      seed: publisher.seed,
      first: publisher.first,
      oldest: publisher.feeds[0].log.oldest,
      newest: publisher.feeds[0].log.newest,
      connections: connections.list().map(({ connection, sinceMs }) => ({
        stream: connection.stream,
        since: new Date(sinceMs).toISOString(),
      })),
      eventsPerSecond: metronome.pace.eventsPerSecond,
      burst: metronome.pace.burst ?? null,
      emitted: publisher.emitted,
      connectionsOpened: connections.opened,
      faults: faults.current,
    }),
  };
}
