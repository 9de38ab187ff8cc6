import { asError } from '@timepoint/shared/platform/errors';
import { isDataError } from './pool.ts';

export interface Poisoned<Item> {
  readonly item: Item;
  readonly error: Error;
}

export interface Isolated<Item> {
  /** In the given order. */
  readonly sound: readonly Item[];
  readonly poisoned: readonly Poisoned<Item>[];
}

/**
 * Finds the items, such as events or staged rows, that the database refuses, by bisection. `tryItems` throws a data
 * error for a set that contains one. The sound items were tried together: of two items that are refused only together,
 * the later one is poisoned. Errors of the store are thrown.
 * @param sound items that the database is known to take. They are tried with the others.
 */
export async function isolate<Item>(
  items: readonly Item[],
  tryItems: (items: readonly Item[]) => Promise<void>,
  sound: readonly Item[] = [],
): Promise<Isolated<Item>> {
  if (items.length === 0) return { sound, poisoned: [] };
  try {
    await tryItems([...sound, ...items]);
    return { sound: [...sound, ...items], poisoned: [] };
  } catch (error) {
    if (!isDataError(error)) throw error;
    const [only] = items;
    if (items.length === 1 && only !== undefined)
      return { sound, poisoned: [{ item: only, error: asError(error) }] };
  }
  const middle = Math.ceil(items.length / 2);
  const left = await isolate(items.slice(0, middle), tryItems, sound);
  const right = await isolate(items.slice(middle), tryItems, left.sound);
  return { sound: right.sound, poisoned: [...left.poisoned, ...right.poisoned] };
}
