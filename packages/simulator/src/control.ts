import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Connections } from './delivery/connections.ts';
import type { FaultBox } from './faults/fault-box.ts';
import type { Faults, FaultsInput } from './faults/schema.ts';
import type { CountAnew, Feed } from './feed.ts';
import type { Metronome } from './metronome.ts';
import type { Pace } from './pace.ts';
import type { Publisher } from './publisher.ts';

/** The controls of a simulator. They are the same over HTTP and within the process. */
export interface Control {
  /** Emits `count` events of all streams together. Resolves to the newest timepoint of each stream. */
  emit(count: number): Promise<Positions>;
  /** Sets the pace of automatic emission: events per second, or a pace with bursts. 0 stops it. */
  setRate(rate: number | Pace): void;
  /**
   * Replaces all faults.
   * @throws ZodError for invalid ones.
   */
  setFaults(faults: FaultsInput): void;
  clearFaults(): void;
  /** Breaks all connections, with `cutTail` after half a line. Returns their number. */
  disconnect(options?: { cutTail?: boolean }): number;
  /** Restarts the timepoints of a stream. Its earlier events are dropped and the next one has a low timepoint. */
  countAnew(anew: { readonly stream: StreamName } & Partial<CountAnew>): void;
  status(): Status;
}

/** A timepoint of each simulated stream. */
export type Positions = Readonly<Record<StreamName, number>>;

export interface Status {
  readonly seed: number;
  /** The first timepoint of each stream, and the oldest and newest that a reader can request. */
  readonly first: Positions;
  readonly oldest: Positions;
  readonly newest: Positions;
  readonly connections: readonly { readonly stream: string; readonly since: string }[];
  readonly eventsPerSecond: number;
  readonly burst: Pace['burst'] | null;
  /** Events since the process started. */
  readonly emitted: number;
  readonly connectionsOpened: number;
  readonly faults: Faults;
  /** How often each kind of fault that is not a rate has been applied since the process started. */
  readonly struck: FaultBox['struck'];
}

export interface ControlOptions {
  readonly publisher: Publisher;
  readonly metronome: Metronome;
  readonly faults: FaultBox;
  readonly connections: Connections;
}

/** Far above every timepoint of the publisher. */
const EPOCH_STEP = 1_000_000_000_000;

/** Creates the controls from the parts of a simulator. */
export function createControl({ publisher, metronome, faults, connections }: ControlOptions): Control {
  const positions = (read: (feed: Feed) => number) =>
    Object.fromEntries(publisher.feeds.map((feed) => [feed.stream.name, read(feed)])) as Positions;
  return {
    emit: async (count) => {
      await publisher.emit(count);
      return positions((feed) => feed.log.newest);
    },
    setRate: (rate) => metronome.set(typeof rate === 'number' ? { eventsPerSecond: rate } : rate),
    setFaults: (wanted) => faults.set(wanted),
    clearFaults: () => faults.clear(),
    disconnect({ cutTail = false } = {}) {
      const count = connections.list().length;
      void connections.closeAll({ reason: 'disconnected by control', how: cutTail ? 'cut-tail' : 'destroy' });
      return count;
    },
    countAnew({ stream, first = 1, beyond = '416', base = EPOCH_STEP }) {
      publisher.feeds.find((feed) => feed.stream.name === stream)?.countAnew({ first, beyond, base });
      void connections.closeAll({ reason: 'counted anew', how: 'end' }, stream);
    },
    status: () => ({
      seed: publisher.seed,
      first: positions((feed) => feed.first),
      oldest: positions((feed) => feed.log.oldest),
      newest: positions((feed) => feed.log.newest),
      connections: connections.list().map(({ connection, sinceMs }) => ({
        stream: connection.stream,
        since: new Date(sinceMs).toISOString(),
      })),
      eventsPerSecond: metronome.pace.eventsPerSecond,
      burst: metronome.pace.burst ?? null,
      emitted: publisher.emitted,
      connectionsOpened: connections.opened,
      faults: faults.current,
      struck: { ...faults.struck },
    }),
  };
}
