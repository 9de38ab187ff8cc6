import { asError } from '@timepoint/shared/errors';
import { isDataError } from './database.ts';

export interface Poisoned<Item> {
  readonly item: Item;
  readonly error: Error;
}

export interface Isolated<Item> {
  readonly sound: readonly Item[];
  readonly poisoned: readonly Poisoned<Item>[];
}

/**
 * Finds the items, such as events or staged rows, that the database refuses, by halving: `rehearse` throws a data error for a set that
 * holds one. Errors of the store pass through.
 */
export async function isolate<Item>(
  items: readonly Item[],
  rehearse: (items: readonly Item[]) => Promise<void>,
): Promise<Isolated<Item>> {
  try {
    await rehearse(items);
    return { sound: items, poisoned: [] };
  } catch (error) {
    if (!isDataError(error)) throw error;
    const [only] = items;
    if (items.length === 1 && only !== undefined)
      return { sound: [], poisoned: [{ item: only, error: asError(error) }] };
  }
  const middle = Math.ceil(items.length / 2);
  const left = await isolate(items.slice(0, middle), rehearse);
  const right = await isolate(items.slice(middle), rehearse);
  return { sound: [...left.sound, ...right.sound], poisoned: [...left.poisoned, ...right.poisoned] };
}
