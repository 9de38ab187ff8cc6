/** Why a connection to a stream ended. Every way out of a connection is one of these. */
export type Ending =
  /** The server ended the response in good order, as it does after 24 hours. */
  | { readonly kind: 'clean' }
  /** Not a single byte for the idle timeout: heartbeats come every 30 s, so the line is dead. */
  | { readonly kind: 'idle' }
  /** Heartbeats, but no event for the silence limit of the stream. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'network'; readonly message: string }
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly retryAfterMs: number | null;
      /** The beginning of the answer, which for 502, 503 and 504 is a page of HTML. */
      readonly body: string;
    }
  /** An `{"error":…}` line inside a 200 response. */
  | { readonly kind: 'error-line'; readonly message: string }
  /** The stream left out the timepoints in `(after, upTo]`. */
  | {
      readonly kind: 'hole';
      readonly after: number;
      readonly upTo: number;
      readonly cause: 'jump' | 'late-start';
    }
  /** Lines that are no events, before the first event that would give them a place. */
  | { readonly kind: 'unreadable' }
  /** The queue takes batches slower than the stream sends them. */
  | { readonly kind: 'buffer-full' }
  /** More jobs wait in the queue than the high-water mark. */
  | { readonly kind: 'high-water' }
  /** Another stream waits for a connection, and this one has had its turn. */
  | { readonly kind: 'turn-over' }
  /** Somebody asked for the stream to be read again from an earlier timepoint. */
  | { readonly kind: 'rewind' }
  /** The queue could not be reached. */
  | { readonly kind: 'queue-lost'; readonly message: string }
  /** The lease is another ingestor's, or the queue has forgotten the stream. */
  | { readonly kind: 'lease-lost' }
  /** This process shuts down. */
  | { readonly kind: 'released' };

/** Thrown out of an open connection to carry its ending to whoever reads it. */
export class ConnectionEnded extends Error {
  readonly ending: Ending;

  constructor(ending: Ending, cause?: unknown) {
    super(`the connection ended: ${ending.kind}`, { cause });
    this.name = 'ConnectionEnded';
    this.ending = ending;
  }
}
