import type { ServerResponse } from 'node:http';

/** The reason and the way of the end of a connection. */
export interface Closing {
  readonly reason:
    | 'reader left'
    | 'session over'
    | 'replaced by a newer connection'
    | 'reader too slow'
    | 'position expired'
    | 'disconnected by control'
    | 'counted anew'
    | 'fault'
    | 'shutdown';
  /** A clean end of the response, a broken socket, or one broken in the middle of a line. */
  readonly how: 'end' | 'destroy' | 'cut-tail';
}

/** Ends a response. A broken socket drops the bytes that its reader has not read. */
export function finish(response: ServerResponse, how: Closing['how'], tail: Buffer): void {
  if (response.destroyed) return;
  if (how === 'end') {
    response.end();
  } else if (response.writableNeedDrain) {
    response.destroy();
  } else {
    if (how === 'cut-tail') response.write(tail);
    breakAfterWrites(response);
  }
}

/**
 * Breaks the socket of a response after everything that was written. Unlike destroy(), this lets those bytes reach the reader.
 * Node hands what was written to the socket at the end of the turn, and breaking the socket before drops it.
 */
export function breakAfterWrites(response: ServerResponse): void {
  setImmediate(() => response.socket?.destroySoon());
}
