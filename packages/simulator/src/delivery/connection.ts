import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { cut } from '../faults/cut.ts';
import type { Chances, FaultBox } from '../faults/fault-box.ts';
import type { Page } from '../faults/schema.ts';
import type { Feed } from '../feed.ts';
import { type Closing, finish } from './closing.ts';
import { createSource, type Delivery, type Source } from './source.ts';
import { createWaker } from './waker.ts';

/** The limits of a connection. */
export interface Limits {
  readonly heartbeatIntervalMs: number;
  readonly sessionMs: number;
  /** A reader that reads nothing is closed when this many more bytes wait for it. */
  readonly maxBufferedBytes: number;
}

export interface ConnectionOptions {
  readonly response: ServerResponse;
  readonly feed: Feed;
  readonly faults: FaultBox;
  /** The first timepoint to send. The one after the newest means live. */
  readonly from: number;
  readonly limits: Limits;
  /** The page that replaces the stream. */
  readonly page: Page | undefined;
}

/** One reader of one stream. Writes the stream until the reader or the simulator ends it. */
export class Connection {
  readonly stream: string;
  /** Resolves to the reason when nothing more is written. */
  readonly closed: Promise<Closing['reason']>;
  readonly #options: ConnectionOptions;
  readonly #source: Source;
  readonly #chances: () => Chances;
  readonly #waker = createWaker();
  #isHeartbeatDue = false;
  #closing: Closing | undefined;

  constructor(options: ConnectionOptions) {
    this.stream = options.feed.stream.name;
    this.#options = options;
    this.#source = createSource(options);
    this.#chances = options.faults.openChances();
    const release = this.#listen();
    this.closed = this.#run().finally(release);
  }

  /** Ends the connection. Only the first reason counts. */
  close(closing: Closing): void {
    this.#closing ??= closing;
    this.#waker.wake();
  }

  #listen(): () => void {
    const { response, feed, faults, limits } = this.#options;
    const leave = () => this.close({ reason: 'reader left', how: 'destroy' });
    response.on('drain', this.#waker.wake).on('close', leave).on('error', leave);
    const ignoreFeed = feed.onAdvance(this.#waker.wake);
    const ignoreFaults = faults.onChange(this.#waker.wake);
    const heartbeat = setInterval(() => this.#beat(), limits.heartbeatIntervalMs);
    const session = setTimeout(() => this.close({ reason: 'session over', how: 'end' }), limits.sessionMs);
    return () => {
      ignoreFeed();
      ignoreFaults();
      clearInterval(heartbeat);
      clearTimeout(session);
    };
  }

  #beat(): void {
    this.#isHeartbeatDue = true;
    this.#waker.wake();
  }

  async #run(): Promise<Closing['reason']> {
    while (this.#closing === undefined) {
      const delivery = this.#next();
      if (delivery === undefined) await this.#waker.pause();
      else await this.#write(delivery);
    }
    const { reason, how } = this.#closing;
    finish(this.#options.response, how, this.#source.tail());
    return reason;
  }

  #next(): Delivery | undefined {
    const { silent, dataSilent, crlf } = this.#options.faults.current;
    if (silent) return undefined;
    if (!this.#isHeartbeatDue) return dataSilent ? undefined : this.#source.next(this.#chances().plan);
    this.#isHeartbeatDue = false;
    return { bytes: Buffer.from(crlf ? '\r\n' : '\n'), ending: undefined };
  }

  async #write({ bytes, ending }: Delivery): Promise<void> {
    const { response, faults } = this.#options;
    const { chunking } = faults.current;
    for (const piece of cut(bytes, chunking, this.#chances().cut)) {
      response.write(piece);
      await this.#room();
      // Sends each piece as a separate packet.
      if (chunking !== undefined) await setImmediate();
      if (this.#isInterrupted()) return;
    }
    if (ending !== undefined) this.close(ending);
  }

  /** Waits until the reader has read. Closes a reader whose backlog is too large. */
  async #room(): Promise<void> {
    const { response, feed, limits } = this.#options;
    const blockedAt = feed.log.appendedBytes;
    while (response.writableNeedDrain && this.#closing === undefined) {
      if (feed.log.appendedBytes - blockedAt <= limits.maxBufferedBytes) await this.#waker.pause();
      else this.close({ reason: 'reader too slow', how: 'destroy' });
    }
  }

  /** Whether writing must stop at once. A clean end waits for the whole line. */
  #isInterrupted(): boolean {
    return this.#closing !== undefined && this.#closing.how !== 'end';
  }
}
