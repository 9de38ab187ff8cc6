import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { createWaker } from './delivery/waker.ts';

/** The members of a received event that tests read. */
export interface ReceivedEvent {
  readonly resource_kind: string;
  readonly resource_uri: string;
  readonly resource_id: string;
  readonly data?: Record<string, unknown> | null;
  readonly event: {
    readonly timepoint: number;
    readonly published_at: string;
    readonly type: 'changed' | 'deleted';
  };
}

export interface ReaderOptions {
  readonly timepoint?: number | string;
  readonly key?: string;
  readonly path?: string;
}

/** A client for tests. It keeps every received byte. */
export class Reader {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly pieces: Buffer[] = [];
  /** Whether the response ended cleanly or its socket broke. */
  readonly ending: Promise<'clean' | 'broken'>;
  readonly #message: IncomingMessage;
  readonly #waker = createWaker();
  #hasEnded = false;

  constructor(message: IncomingMessage) {
    this.#message = message;
    this.status = message.statusCode ?? 0;
    this.headers = message.headers;
    this.ending = this.#read();
  }

  get body(): string {
    return Buffer.concat(this.pieces).toString();
  }

  /** Complete lines, blank ones included. */
  get lines(): string[] {
    return this.body.split('\n').slice(0, -1);
  }

  get events(): ReceivedEvent[] {
    return this.lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
  }

  get timepoints(): number[] {
    return this.events.map(({ event }) => event.timepoint);
  }

  /** Resolves when the condition holds. Throws if the stream ends before. */
  async until(isMet: (reader: Reader) => boolean): Promise<void> {
    while (!isMet(this)) {
      if (this.#hasEnded) throw new Error(`the stream ended after ${this.body.length} characters`);
      await this.#waker.pause();
    }
  }

  close(): void {
    this.#message.destroy();
  }

  async #read(): Promise<'clean' | 'broken'> {
    // An iterator drops what came in the same moment as the break: events bring every received byte.
    this.#message.on('data', (piece: Buffer) => {
      this.pieces.push(piece);
      // Conditions read whole lines. A wake for every byte would check all of them each time.
      if (piece.includes('\n')) this.#waker.wake();
    });
    try {
      await finished(this.#message);
      return 'clean';
    } catch {
      return 'broken';
    } finally {
      this.#hasEnded = true;
      this.#waker.wake();
    }
  }
}

/** Connects. Resolves when the head of the response has arrived. */
export async function openReader(url: string, options: ReaderOptions = {}): Promise<Reader> {
  return new Reader(await connect(url, options));
}

/** Connects but does not read. */
export async function connect(url: string, options: ReaderOptions = {}): Promise<IncomingMessage> {
  const { timepoint, key = 'simulator', path = '/companies' } = options;
  const query = timepoint === undefined ? '' : `?timepoint=${timepoint}`;
  const request = get(`${url}${path}${query}`, { auth: `${key}:`, agent: false });
  const [message] = await once(request, 'response');
  return message;
}
