import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

// The pipe closes when this process ends, in whatever way. Then the shell stops reading.
const WAIT_AND_SIGNAL = 'read -r _; kill -s "$0" "$1" 2>/dev/null';

/**
 * Sends `signal` to the process `pid` when this process dies, even by SIGKILL. So no process outlives the one that
 * started it. Returns a function that removes the leash once `pid` has ended by itself.
 */
export function leash(pid: number, signal: NodeJS.Signals): () => void {
  const guard = spawn('/bin/sh', ['-c', WAIT_AND_SIGNAL, signal.replace('SIG', ''), String(pid)], {
    cwd: '/',
    // The guard has its own process group, so that Ctrl-C in the terminal does not end it too early.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return () => guard.kill('SIGKILL');
}
