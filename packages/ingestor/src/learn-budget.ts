// The number of connections that the publisher grants is learned from its reaction to one too many: it refuses the new one
// (429), or closes the oldest. Example: nine streams connect and two may. Seven are refused; five seconds after the third
// refusal two are open, so two are used. After half an hour without a sign three are tried; one sign then means two again.

import type { StreamName } from '@timepoint/shared/contract/streams';
import type { BudgetSign, ConnectionBudget } from '@timepoint/shared/queues/connection-budget';
import type { Ending } from './ending.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** One sign may be chance: a reconnect before the publisher has seen the old connection close. */
const SIGNS_NEEDED = 3;
/** Signs that are further apart do not have one cause, in ms. */
const SIGNS_WITHIN_MS = 10 * MINUTE_MS;
/** From the last sign that was needed to the count of open connections, in ms: others are still connecting. */
const SETTLE_MS = 5 * SECOND_MS;
/** After so long without a sign, one connection more is tried, in ms. */
const QUIET_MS = 30 * MINUTE_MS;
/** The publisher closes the oldest at most so long before or after another is opened, in ms. */
const REPLACED_WITHIN_MS = 3 * SECOND_MS;
/** The end of an older connection has many causes, such as the end of its session. */
const YOUNG_MS = 10 * MINUTE_MS;

/** A connection that has ended, or was refused. All moments are of one clock, in ms since the epoch. */
export interface Ended {
  readonly stream: StreamName;
  readonly ending: Ending;
  readonly at: number;
  /** When it was answered with 200; null when it was not. */
  readonly openedAt: number | null;
  /** When the one before it, of the same stream, ended; null when there was none. */
  readonly endedBefore: number | null;
}

/** Another connection of ours with the same key, or one that the same stream opened later. */
export interface Other {
  readonly stream: StreamName;
  readonly openedAt: number;
  /** Null while it is open. */
  readonly endedAt: number | null;
}

/**
 * What an ending shows about the number of connections: a sign that there are too many; `contrary`, because young
 * connections end for another reason; or null, nothing. `others` are open or were opened lately. Pure, as all here.
 */
export function signIn(ended: Ended, others: readonly Other[]): BudgetSign['kind'] | 'contrary' | null {
  const { ending, at, openedAt, endedBefore } = ended;
  const open = others.filter((other) => other.endedAt === null);
  if (ending.kind === 'http' && ending.status === 429) {
    // The publisher may still count the connection that this one follows.
    const isTooSoon = endedBefore !== null && at - endedBefore < REPLACED_WITHIN_MS;
    return open.length > 0 && !isTooSoon ? 'refused' : null;
  }
  const isByPublisher = ending.kind === 'clean' || ending.kind === 'network';
  if (!isByPublisher || openedAt === null || at - openedAt > YOUNG_MS) return null;
  const isOldest = open.every((other) => other.openedAt >= openedAt);
  const hasFollower = others.some(
    (other) =>
      other.stream !== ended.stream &&
      other.openedAt >= openedAt &&
      Math.abs(at - other.openedAt) <= REPLACED_WITHIN_MS,
  );
  return open.length > 0 && isOldest && hasFollower ? 'replaced' : 'contrary';
}

/**
 * The budget with one sign more, as long as it is needed, and without signs that are too old to belong to it. Right after
 * the budget was lowered, streams that were taken before still connect: their signs say nothing about the new budget.
 */
export function withSign(budget: ConnectionBudget, sign: BudgetSign): ConnectionBudget {
  const isLowered = budget.allowed < budget.configured && !budget.isTrial;
  if (isLowered && sign.at < budget.changedAt + SETTLE_MS) return budget;
  return { ...budget, signs: [...recent(budget.signs, sign.at), sign].slice(0, SIGNS_NEEDED) };
}

/** The budget without the signs that another reason for the end of connections explains; null when there are none. */
export function withoutReplaced(budget: ConnectionBudget): ConnectionBudget | null {
  const signs = budget.signs.filter(({ kind }) => kind !== 'replaced');
  return signs.length === budget.signs.length ? null : { ...budget, signs };
}

/** Whether it is time to count the connections that are open. */
export function isSettled(budget: ConnectionBudget, now: number): boolean {
  const { signs, isTrial } = budget;
  const needed = isTrial ? 1 : SIGNS_NEEDED;
  const last = recent(signs, now)[needed - 1];
  return last !== undefined && now - last.at >= SETTLE_MS;
}

/** The next budget; null when it stays as it is. `open` is how many connections all ingestors have open. */
export function nextBudget(budget: ConnectionBudget, now: number, open: number): ConnectionBudget | null {
  const { configured, allowed, isTrial } = budget;
  // Written by a clock that was ahead.
  if (budget.changedAt > now + MINUTE_MS) return { ...budget, changedAt: now, signs: [] };
  if (isSettled(budget, now)) {
    // Without an open connection there is nothing to count by.
    const granted = isTrial ? allowed - 1 : open === 0 ? allowed : Math.min(allowed, open);
    if (granted === allowed) return { ...budget, signs: [] };
    return { ...budget, allowed: granted, changedAt: now, isTrial: false, signs: [] };
  }
  const quietMs = now - Math.max(budget.changedAt, ...recent(budget.signs, now).map(({ at }) => at));
  if (quietMs < QUIET_MS) return null;
  if (allowed < configured)
    return { ...budget, allowed: allowed + 1, changedAt: now, isTrial: true, signs: [] };
  return isTrial ? { ...budget, isTrial: false, signs: [] } : null;
}

function recent(signs: readonly BudgetSign[], now: number): readonly BudgetSign[] {
  return signs.filter(({ at }) => Math.abs(now - at) < SIGNS_WITHIN_MS);
}
