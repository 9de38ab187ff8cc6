// How many connections all ingestors together may open with one key. The queue keeps it for all of them: what was set, and
// what the publisher has shown that it grants. Example: CH_MAX_CONNECTIONS is 9; the third, fourth and fifth connection are
// answered with 429 while two are open; from then on 2 are used, and half an hour later 3 are tried.
import { z } from 'zod';
import type { Queues } from './queues.ts';

const moment = z.number();

/** A sign that the publisher grants fewer connections than are opened. */
const signSchema = z.object({
  /** `refused`: a 429 while others were open. `replaced`: the oldest was closed when another was opened. */
  kind: z.enum(['refused', 'replaced']),
  stream: z.string(),
  /** In ms since the epoch, as all moments here. */
  at: moment,
});

export type BudgetSign = z.output<typeof signSchema>;

const budgetSchema = z.object({
  /** `CH_MAX_CONNECTIONS` of the ingestor that started last. */
  configured: z.int().positive(),
  /** So many are used: as many as are configured, or fewer. */
  allowed: z.int().positive(),
  /** When `allowed` last changed. */
  changedAt: moment,
  /** Since `allowed` was raised one connection more than was known to be granted is tried. */
  isTrial: z.boolean(),
  /** What was seen since the last change, the oldest first. */
  signs: z.array(signSchema),
});

export type ConnectionBudget = Readonly<z.output<typeof budgetSchema>>;

/** As many connections as are configured. Pure. */
export function wholeBudget(configured: number, now: number): ConnectionBudget {
  return { configured, allowed: configured, changedAt: now, isTrial: false, signs: [] };
}

/** The budget as it is stored; null when there is none, or none that this version can read. */
export async function readBudget({ budget }: Pick<Queues, 'budget'>): Promise<ConnectionBudget | null> {
  return parse(await budget.read());
}

/**
 * Changes the budget by a pure function, which is given null when none is stored and returns null to change nothing. Returns
 * what is stored then and whether it was changed here. The function is called again when another process was faster.
 */
export async function changeBudget(
  { budget }: Pick<Queues, 'budget'>,
  change: (budget: ConnectionBudget | null) => ConnectionBudget | null,
): Promise<{ readonly budget: ConnectionBudget | null; readonly isChanged: boolean }> {
  for (;;) {
    const stored = await budget.read();
    const before = parse(stored);
    const next = change(before);
    if (next === null) return { budget: before, isChanged: false };
    if (await budget.exchange(stored, JSON.stringify(next))) return { budget: next, isChanged: true };
  }
}

function parse(stored: string | null): ConnectionBudget | null {
  if (stored === null) return null;
  try {
    return budgetSchema.safeParse(JSON.parse(stored)).data ?? null;
  } catch {
    // No JSON of ours: it is written anew.
    return null;
  }
}
