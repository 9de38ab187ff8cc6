import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { cut } from '../faults/cut.ts';
import type { Chances, FaultBox } from '../faults/fault-box.ts';
import type { Page } from '../faults/schema.ts';
import type { Feed } from '../feed.ts';
import { type Closing, finish } from './closing.ts';
import { createSource, type Delivery, type Source } from './source.ts';
import { createWaker } from './waker.ts';

/** What the publisher grants a connection. */
export interface Limits {
  readonly heartbeatIntervalMs: number;
  readonly sessionMs: number;
  /** A reader that takes nothing while this much more has come for it is closed. */
  readonly maxBufferedBytes: number;
}

export interface ConnectionOptions {
  readonly response: ServerResponse;
  readonly feed: Feed;
  readonly faults: FaultBox;
  /** The timepoint to start with; the one after the newest is live. */
  readonly from: number;
  readonly limits: Limits;
  /** What comes instead of the stream. */
  readonly page: Page | undefined;
}

/** One reader of one stream: writes it until one of the two ends it. */
export class Connection {
  readonly stream: string;
  /** Resolves, once nothing more is written, to why. */
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

  /** Ends the connection; the first reason given counts. */
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
      // Lets each piece leave as a packet of its own.
      if (chunking !== undefined) await setImmediate();
      if (this.#isInterrupted()) return;
    }
    if (ending !== undefined) this.close(ending);
  }

  /** Waits for the reader, but not for one that lets too much pile up. */
  async #room(): Promise<void> {
    const { response, feed, limits } = this.#options;
    const blockedAt = feed.log.appendedBytes;
    while (response.writableNeedDrain && this.#closing === undefined) {
      if (feed.log.appendedBytes - blockedAt <= limits.maxBufferedBytes) await this.#waker.pause();
      else this.close({ reason: 'reader too slow', how: 'destroy' });
    }
  }

  /** A clean end comes after whole lines; a broken socket waits for nothing. */
  #isInterrupted(): boolean {
    return this.#closing !== undefined && this.#closing.how !== 'end';
  }
}
