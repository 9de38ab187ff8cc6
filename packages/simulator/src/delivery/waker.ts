/** Lets one loop sleep until a value that it reads may have changed. */
export interface Waker {
  wake(): void;
  /** Resolves at the next wake. Call it directly after reading the values, with no `await` between. */
  pause(): Promise<void>;
}

/** Creates a waker. It holds one promise at a time, so that a long connection does not accumulate any. */
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
