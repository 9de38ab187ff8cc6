/** Why a connection to a stream ended. Every way out of a connection is one of these. */
export type Ending =
  /** The server ended the response in good order, as it does after 24 hours. */
  | { readonly kind: 'clean' }
  /** No byte for the idle timeout: heartbeats come every 30 s, so the line is dead. */
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
      /** Where a redirect points to, cleaned to be shown; absent of any other answer. */
      readonly location?: string | undefined;
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
  /** The answer is not a stream: a page of HTML, a proxy's text. `text` is its beginning, as it came. */
  | { readonly kind: 'not-a-stream'; readonly text: string }
  /** Nothing has confirmed the first event of a history: the publisher is asked for it. */
  | { readonly kind: 'unconfirmed' }
  /** Events far below the position: the publisher counts the stream anew. Stored timepoints. */
  | { readonly kind: 'counted-anew'; readonly asked: number; readonly seen: readonly number[] }
  /** The queue takes batches slower than the stream sends them. */
  | { readonly kind: 'buffer-full' }
  /** More jobs wait in the queue than the high-water mark. */
  | { readonly kind: 'high-water' }
  /** Another stream waits for a connection, and this one has had its turn. */
  | { readonly kind: 'turn-over' }
  /** A request asks for the stream to be read again from an earlier timepoint. */
  | { readonly kind: 'rewind' }
  /** The queue could not be reached. */
  | { readonly kind: 'queue-lost'; readonly message: string }
  /** Another ingestor has the lease, or the queue has forgotten the stream. */
  | { readonly kind: 'lease-lost' }
  /** This process shuts down. */
  | { readonly kind: 'released' };

/** Thrown out of an open connection to carry its ending to its reader. */
export class ConnectionEnded extends Error {
  readonly ending: Ending;

  constructor(ending: Ending, cause?: unknown) {
    super(`the connection ended: ${ending.kind}`, { cause });
    this.name = 'ConnectionEnded';
    this.ending = ending;
  }
}

/** How much is kept of an answer that is no stream, in characters. */
export const MAX_SEEN_LENGTH = 500;
/** How much of it is shown, in characters. */
const MAX_SHOWN_LENGTH = 150;

/** The beginning of a text from outside, safe to show: without control, format or line ending characters. */
export function cleaned(text: string): string {
  return text
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_SHOWN_LENGTH);
}

/** Whether a line begins like a page, as no event does. */
export function isPage(line: string): boolean {
  return /^[\ufeff\s]*<(?:[!?]|[a-z])/i.test(line);
}
