import type { Ending } from './ending.ts';
import type { Observer, Sequence } from './sequence.ts';

/** How long an event that begins a history waits for others that confirm its number, in ms. */
const CANDIDATE_MS = 1_000;

/** Ends a connection whose first event is not confirmed in time: the publisher is asked for it then. */
export class Confirmation implements Observer {
  readonly #sequence: Sequence;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(sequence: Sequence) {
    this.#sequence = sequence;
  }

  /** Aborts when the time has passed; its reason is the ending. */
  get missed(): AbortSignal {
    return this.#abort.signal;
  }

  saw(): void {
    if (this.#sequence.candidate === null) clearTimeout(this.#timer);
    else this.#timer ??= setTimeout(() => this.#abort.abort(UNCONFIRMED), CANDIDATE_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}

const UNCONFIRMED: Ending = { kind: 'unconfirmed' };
