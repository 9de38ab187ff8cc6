// Watches for signs that the publisher grants fewer connections than are configured, and changes the budget that all
// ingestors share. `learn-budget` has the policy. Several ingestors may see the same: each changes only the budget that it
// has read, and a sign from each counts as one of the three that are needed.
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { asError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';
import {
  type ConnectionBudget,
  changeBudget,
  readBudget,
  wholeBudget,
} from '@timepoint/shared/queues/connection-budget';
import type { Queues } from '@timepoint/shared/queues/queues';
import { readHolds } from '@timepoint/shared/queues/read-queues';
import { applyBudget } from './budget.ts';
import type { Ending } from './ending.ts';
import {
  type Ended,
  isSettled,
  nextBudget,
  type Other,
  signIn,
  withoutReplaced,
  withSign,
} from './learn-budget.ts';
import type { Metrics } from './metrics.ts';

export interface BudgetOptions {
  readonly queues: Queues;
  /** `CH_MAX_CONNECTIONS`. */
  readonly maxConnections: number;
  readonly metrics: Pick<Metrics, 'connectionBudget'>;
  readonly logger: Logger;
}

export interface BudgetKeeper {
  /** A connection was answered with 200. */
  opened(stream: StreamName): void;
  /** A connection ended, or was not opened. */
  ended(stream: StreamName, ending: Ending): void;
  close(): Promise<void>;
}

const LOOK_INTERVAL_MS = 1_000;
/** An ending is assessed this much later, when the other events of that moment are known, in ms. */
const KNOWN_AFTER_MS = 1_000;
/** Connections that ended longer ago explain nothing, in ms. */
const REMEMBERED_MS = 10_000;

/** Starts to watch. While the queue can't be reached, the log gets one line. */
export function keepBudget(options: BudgetOptions): BudgetKeeper {
  const { logger } = options;
  const stop = new AbortController();
  const seen = new Seen();
  let isLost = false;
  const repeat = async () => {
    while (!stop.signal.aborted) {
      try {
        await look(options, seen);
        isLost = false;
      } catch (error) {
        if (!isLost)
          logger.warn({ err: asError(error) }, 'the budget of connections is not kept; trying again');
        isLost = true;
      }
      await sleep(LOOK_INTERVAL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const repeating = repeat();
  return {
    opened: (stream) => seen.opened(stream, Date.now()),
    ended: (stream, ending) => seen.ended(stream, ending, Date.now()),
    close: async () => {
      stop.abort();
      await repeating;
    },
  };
}

/** The connections of this process that are open or were a moment ago. Moments are in ms since the epoch. */
class Seen {
  #connections: Other[] = [];
  #endings: Ended[] = [];
  readonly #endedAt = new Map<StreamName, number>();

  opened(stream: StreamName, at: number): void {
    const others = this.#connections.filter((other) => other.stream !== stream || other.endedAt !== null);
    this.#connections = [...others, { stream, openedAt: at, endedAt: null }];
  }

  ended(stream: StreamName, ending: Ending, at: number): void {
    const isIt = (other: Other) => other.stream === stream && other.endedAt === null;
    const openedAt = this.#connections.find(isIt)?.openedAt ?? null;
    this.#endings.push({ stream, ending, at, openedAt, endedBefore: this.#endedAt.get(stream) ?? null });
    if (openedAt !== null) this.#endedAt.set(stream, at);
    this.#connections = this.#connections.map((other) => (isIt(other) ? { ...other, endedAt: at } : other));
  }

  /** Takes out the endings that can be assessed by now. */
  takeKnown(now: number): Ended[] {
    this.#connections = this.#connections.filter(
      ({ endedAt }) => endedAt === null || Math.abs(now - endedAt) < REMEMBERED_MS,
    );
    const known = this.#endings.filter(({ at }) => Math.abs(now - at) >= KNOWN_AFTER_MS);
    this.#endings = this.#endings.filter((ended) => !known.includes(ended));
    return known;
  }

  get connections(): readonly Other[] {
    return this.#connections;
  }
}

async function look({ queues, maxConnections, metrics, logger }: BudgetOptions, seen: Seen): Promise<void> {
  for (const ended of seen.takeKnown(Date.now())) await takeEnding(queues, maxConnections, ended, seen);
  const budget = await readBudget(queues);
  if (budget === null) return;
  metrics.connectionBudget.set({ kind: 'configured' }, budget.configured);
  metrics.connectionBudget.set({ kind: 'allowed' }, budget.allowed);
  const open = isSettled(budget, Date.now()) ? await countOpen(queues, seen) : 0;
  const { budget: changed, isChanged } = await changeBudget(queues, (stored) =>
    // The count belongs to the budget that was read; another process may have changed it since.
    stored?.changedAt === budget.changedAt ? nextBudget(stored, Date.now(), open) : null,
  );
  await applyBudget(queues, changed);
  if (isChanged && changed !== null) report(budget, changed, logger);
}

async function takeEnding(queues: Queues, configured: number, ended: Ended, seen: Seen): Promise<void> {
  const { stream, at } = ended;
  const connections = [...seen.connections, ...(await readOthers(queues, seen))];
  const kind = signIn(ended, connections.filter(isAfter(ended)));
  if (kind === null) return;
  await changeBudget(queues, (stored) => {
    const budget = stored ?? wholeBudget(configured, Date.now());
    return kind === 'contrary' ? withoutReplaced(budget) : withSign(budget, { kind, stream, at });
  });
}

/** Leaves out the connection that ended, and those of the same stream before it. */
function isAfter({ stream, at }: Ended): (other: Other) => boolean {
  return (other) => other.stream !== stream || other.openedAt > at;
}

/** The open connections of other ingestors. This process knows its own before the queue does. */
async function readOthers(queues: Queues, seen: Seen): Promise<Other[]> {
  return (await readHolds(queues)).flatMap(({ stream, hold, report }): Other[] => {
    if (hold !== 'held' || seen.connections.some((own) => own.stream === stream)) return [];
    const openedAt = report?.openedAt ?? null;
    return openedAt === null ? [] : [{ stream, openedAt, endedAt: null }];
  });
}

async function countOpen(queues: Queues, seen: Seen): Promise<number> {
  const own = seen.connections.filter(({ endedAt }) => endedAt === null);
  return own.length + (await readOthers(queues, seen)).length;
}

function report(before: ConnectionBudget, after: ConnectionBudget, logger: Logger): void {
  const { configured, allowed } = after;
  if (allowed < before.allowed)
    logger.warn(
      { configured, allowed, signs: before.signs },
      'companies house grants fewer connections than CH_MAX_CONNECTIONS: fewer are used from now on, and streams take turns. ' +
        'End what else uses the key, or set CH_MAX_CONNECTIONS to what is allowed',
    );
  else if (allowed > before.allowed) logger.info({ configured, allowed }, 'one connection more is tried');
}
