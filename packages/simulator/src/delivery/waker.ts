/** Lets one loop sleep until anything it looks at may have changed. */
export interface Waker {
  wake(): void;
  /** Resolves at the next wake; to be called right after looking, with no `await` between. */
  pause(): Promise<void>;
}

/** One promise at a time, so that a connection open for a day leaves nothing behind. */
export function createWaker(): Waker {
  let resolve: (() => void) | undefined;
  return {
    wake: () => resolve?.(),
    pause: () =>
      new Promise((resolveThis) => {
        resolve = resolveThis;
      }),
  };
}
