/** Ctrl-C reaches a process from the terminal and again through npm: within this time it is the same one. */
const SAME_REQUEST_MS = 1_000;

export interface StopRequest {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Aborted by the second: what doesn't end by itself is to be killed. */
  readonly hurry: AbortSignal;
}

/**
 * Turns SIGINT, SIGTERM, SIGHUP and the end of the process that started this one into a request to stop.
 * A third signal ends this process at once; what it started then ends by itself (see `leash`).
 */
export function listenForStop(): StopRequest {
  const stop = new AbortController();
  const hurry = new AbortController();
  let lastAt = 0;
  const request = () => {
    const now = Date.now();
    if (now - lastAt < SAME_REQUEST_MS) return;
    lastAt = now;
    if (!stop.signal.aborted) stop.abort();
    else if (!hurry.signal.aborted) hurry.abort();
    else process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
  process.once('disconnect', request);
  process.channel?.unref();
  return { signal: stop.signal, hurry: hurry.signal };
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
