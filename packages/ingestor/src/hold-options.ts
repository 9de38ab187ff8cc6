import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Stream, StreamName } from '@timepoint/shared/contract/streams';
import type { TimepointError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import type { OpenConnection } from './connect.ts';
import type { BudgetKeeper } from './keep-budget.ts';
import type { Metrics } from './metrics.ts';
import type { HighWater } from './open-work.ts';
import type { Reporter } from './reporter.ts';

export interface HoldOptions extends HighWater {
  readonly queues: Queues;
  /** Whether the job, and so the stream, is still this ingestor's; asking renews the lease. */
  readonly isHeld: (streamJob: Job<StreamJob>) => Promise<boolean>;
  /** Returns the job with writes that fail once it is another ingestor's. */
  readonly fence?: (streamJob: Job<StreamJob>) => Job<StreamJob>;
  readonly openConnection: OpenConnection;
  /** The limit of the stream's declaration unless given. */
  readonly silenceLimitMs?: number | undefined;
  readonly lowWaterJobs: number;
  /** How long a stream keeps its connection, in ms, while another stream waits for one. */
  readonly turnMs: number;
  /** Given the reporter of each stream while it is held. */
  readonly reporters?: Map<StreamName, Reporter>;
  /** Receives the openings and endings that show how many connections the publisher grants. */
  readonly budget?: Pick<BudgetKeeper, 'opened' | 'ended'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** How a stream was let go. */
export type Release =
  | { readonly kind: 'released' }
  /** Its turn is over: another stream waits for a connection. */
  | { readonly kind: 'turn-over' }
  /** Another stream waits for a connection, which this one does not need before its next try, in ms from now. */
  | { readonly kind: 'resting'; readonly delayMs: number }
  /** Another ingestor has the lease, or the queue has forgotten the stream, which will be registered again. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'stopped'; readonly error: TimepointError };

export type NamedStream = Stream & { readonly name: StreamName };

/** A hold with its stream and its reporter. */
export type ReportedHold = HoldOptions & { readonly stream: NamedStream; readonly reporter: Reporter };
