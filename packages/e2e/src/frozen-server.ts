import { execFileSync } from 'node:child_process';

/** Stops a server and all its children, as if its machine hung: it accepts connections and answers none. */
export function freeze(pid: number): () => void {
  const pids = [pid, ...childrenOf(pid)];
  for (const each of pids) process.kill(each, 'SIGSTOP');
  return () => {
    for (const each of pids) {
      try {
        process.kill(each, 'SIGCONT');
      } catch {
        // A child that ended meanwhile needs no signal.
      }
    }
  };
}

function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}
