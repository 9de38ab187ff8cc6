import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Connections } from './delivery/connections.ts';
import type { FaultBox } from './faults/fault-box.ts';
import type { Faults, FaultsInput } from './faults/schema.ts';
import type { CountAnew, Feed } from './feed.ts';
import type { Metronome } from './metronome.ts';
import type { Pace } from './pace.ts';
import type { Publisher } from './publisher.ts';

/** The levers of a simulator, the same over HTTP and within the process. */
export interface Control {
  /** Emits events of all streams now; resolves to where each stream stands. */
  emit(count: number): Promise<Positions>;
  /** Emits by itself from now on, so many a second or at a pace with bursts; 0 stops. */
  setRate(rate: number | Pace): void;
  /** Replaces all faults; throws a ZodError for those that make no sense. */
  setFaults(faults: FaultsInput): void;
  clearFaults(): void;
  /** Breaks all connections, after half a line if wanted; returns how many there were. */
  disconnect(options?: { cutTail?: boolean }): number;
  /** Lets the publisher count a stream anew: what was published is gone, and the next event is a low number. */
  countAnew(anew: { readonly stream: StreamName } & Partial<CountAnew>): void;
  status(): Status;
}

/** A timepoint of each stream that is told. */
export type Positions = Readonly<Record<StreamName, number>>;

export interface Status {
  readonly seed: number;
  /** The first timepoint of each history, and the oldest and newest that can be asked for. */
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
  /** How often each kind of fault that is not a rate has struck since the process started. */
  readonly struck: FaultBox['struck'];
}

export interface ControlOptions {
  readonly publisher: Publisher;
  readonly metronome: Metronome;
  readonly faults: FaultBox;
  readonly connections: Connections;
}

/** Far above every timepoint that a publisher gives. */
const EPOCH_STEP = 1_000_000_000_000;

/** Takes the levers of the parts into one hand. */
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
