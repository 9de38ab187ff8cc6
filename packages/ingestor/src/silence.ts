import { ConnectionEnded } from './ending.ts';
import type { Line } from './lines.ts';
import { isHeartbeat, type Observer } from './sequence.ts';
import type { Step } from './step.ts';

/** Ends a connection that brings heartbeats and no event for too long. */
export class Silence implements Observer {
  readonly #limitMs: number;
  readonly #now: () => number;
  #lastEventAt: number;

  /** @param limitMs the longest time without an event, in ms. */
  constructor(limitMs: number, now: () => number = () => performance.now()) {
    this.#limitMs = limitMs;
    this.#now = now;
    this.#lastEventAt = now();
  }

  /** @throws ConnectionEnded at the heartbeat by which the limit has passed. */
  saw(line: Line, steps: readonly Step[]): void {
    if (steps.some(({ kind }) => kind === 'advance')) this.#lastEventAt = this.#now();
    const isQuiet = isHeartbeat(line) && steps.length === 0;
    if (isQuiet && this.#now() - this.#lastEventAt > this.#limitMs)
      throw new ConnectionEnded({ kind: 'silent' });
  }
}
