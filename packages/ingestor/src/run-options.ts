import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Stream, StreamName } from '@timepoint/shared/contract/streams';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import type { OpenConnection } from './connect.ts';
import type { Metrics } from './metrics.ts';
import type { HighWater } from './open-work.ts';
import type { Reporter } from './reporter.ts';
import type { AcceptedHole } from './step.ts';
import type { Outcome, Stuck } from './stuck.ts';

export interface RunOptions extends HighWater {
  readonly stream: Stream & { readonly name: StreamName };
  readonly streamJob: Job<StreamJob>;
  /** Whether the stream is still this ingestor's. */
  readonly isHeld: (streamJob: Job<StreamJob>) => Promise<boolean>;
  readonly queues: Queues;
  readonly openConnection: OpenConnection;
  /** Longest time without an event before the ending `silent`, in ms; Infinity once it was reported. */
  readonly silenceLimitMs: number;
  /** A hole that may be read past; with cause `expired`, a position that can't be used. */
  readonly accepted: AcceptedHole | null;
  /** Set when the connections before ended at lines that are no events; else null. */
  readonly stuck: Stuck | null;
  /** The first event of the history, if an earlier connection brought it and nothing confirmed it; else null. */
  readonly candidate: Timepoint | null;
  /** How long to collect before a batch is published, in ms. */
  readonly collectMs?: () => number;
  /** Called when the connection is answered with 200. */
  readonly onOpen?: () => void;
  /** Names this connection in logs and jobs. */
  readonly connection: string;
  readonly reporter: Reporter;
  readonly metrics: Metrics;
  /** Its lines name the stream and the connection. */
  readonly logger: Logger;
}

export interface Run extends Outcome {
  /** Events that came in sequence; 0 when the connection brought nothing new. */
  readonly events: number;
  /** The first event of the history, to be asked for again; null when there is none that needs to be confirmed. */
  readonly candidate: Timepoint | null;
}
