import type { StreamEvent } from '@timepoint/shared/envelope';
import { asError } from '@timepoint/shared/errors';
import { isDataError } from './database.ts';

export interface Poisoned {
  readonly event: StreamEvent;
  readonly error: Error;
}

export interface Isolated {
  readonly sound: readonly StreamEvent[];
  readonly poisoned: readonly Poisoned[];
}

/**
 * Finds the events that the database refuses, by halving: `rehearse` throws a data error for a set that
 * holds one. Errors of the store pass through.
 */
export async function isolate(
  events: readonly StreamEvent[],
  rehearse: (events: readonly StreamEvent[]) => Promise<void>,
): Promise<Isolated> {
  try {
    await rehearse(events);
    return { sound: events, poisoned: [] };
  } catch (error) {
    if (!isDataError(error)) throw error;
    const [only] = events;
    if (events.length === 1 && only) return { sound: [], poisoned: [{ event: only, error: asError(error) }] };
  }
  const middle = Math.ceil(events.length / 2);
  const left = await isolate(events.slice(0, middle), rehearse);
  const right = await isolate(events.slice(middle), rehearse);
  return { sound: [...left.sound, ...right.sound], poisoned: [...left.poisoned, ...right.poisoned] };
}
