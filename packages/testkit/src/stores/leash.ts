import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

// Reading ends when this process does, however it ended: then nobody holds the other end of the pipe.
const WAIT_AND_SIGNAL = 'read -r _; kill -s "$0" "$1" 2>/dev/null';

/**
 * Sends `signal` to the process `pid` when this process dies, even by SIGKILL, so that nothing that it
 * started outlives it. Returns how to let go, once `pid` has ended by itself.
 */
export function leash(pid: number, signal: NodeJS.Signals): () => void {
  const guard = spawn('/bin/sh', ['-c', WAIT_AND_SIGNAL, signal.replace('SIG', ''), String(pid)], {
    cwd: '/',
    // In a group of its own: Ctrl-C in the terminal must not end the guard before its time.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return () => guard.kill('SIGKILL');
}
