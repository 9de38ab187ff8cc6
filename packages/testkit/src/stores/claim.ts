// A claim gives a data folder to one server at a time. Two servers on one folder would ruin it. The lock files of the
// servers are not enough: after a reboot they mistake an unrelated process for the old server.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { commandOf, waitForEnd } from './process-table.ts';

/** How long an orphan may take to end before it is killed, in ms. A busy Postgres writes a checkpoint first. */
const ORPHAN_DEADLINE_MS = 30_000;

export interface Claim {
  /** What the claim is for, as the operator reads it. */
  readonly name: string;
  /** The file that records the claim, beside the data. */
  readonly file: string;
  /** Part of the command line of the holder. It distinguishes the holder from a process that reuses its id. */
  readonly mark: string;
  /** Ends a holder whose parent died without ending it. */
  readonly stopSignal: NodeJS.Signals;
}

/** A running process holds the claim. */
export class AlreadyRunningError extends Error {
  readonly code = 'already-running';

  constructor(name: string, pid: number) {
    super(`${name} is already running (process ${pid}). Stop it first, for example with \`kill ${pid}\`.`);
  }
}

/**
 * Makes sure that no process holds the claim: ends a holder whose parent has died.
 * @throws AlreadyRunningError when the holder's parent is alive.
 */
export async function release(claim: Claim): Promise<void> {
  const held = read(claim);
  if (held === undefined || !commandOf(held.pid)?.includes(claim.mark)) return;
  if (commandOf(held.owner) !== undefined) throw new AlreadyRunningError(claim.name, held.owner);
  process.kill(held.pid, claim.stopSignal);
  if (await waitForEnd(held.pid, ORPHAN_DEADLINE_MS)) return;
  process.kill(held.pid, 'SIGKILL');
  await waitForEnd(held.pid, ORPHAN_DEADLINE_MS);
}

/** Records that the process `pid`, started by this one, holds the claim. */
export function hold(claim: Claim, pid: number): void {
  mkdirSync(dirname(claim.file), { recursive: true });
  writeFileSync(claim.file, JSON.stringify({ pid, owner: process.pid }));
}

/** Removes the record of the claim. */
export function drop(claim: Claim): void {
  rmSync(claim.file, { force: true });
}

function read(claim: Claim): { pid: number; owner: number } | undefined {
  try {
    const { pid, owner } = JSON.parse(readFileSync(claim.file, 'utf8'));
    return Number.isInteger(pid) && Number.isInteger(owner) ? { pid, owner } : undefined;
  } catch {
    return undefined;
  }
}
