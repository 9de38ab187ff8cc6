import { asError } from '@timepoint/shared/platform/errors';
import { isDataError } from './pool.ts';

export interface Poisoned<Item> {
  readonly item: Item;
  readonly error: Error;
}

export interface Isolated<Item> {
  /** In the order in which they were given. */
  readonly sound: readonly Item[];
  readonly poisoned: readonly Poisoned<Item>[];
}

/**
 * Finds the items, such as events or staged rows, that the database refuses, by halving: `rehearse` throws a data error for a set that
 * holds one. What is sound was tried as a whole: of two items that are refused only together, the later one is poisoned.
 * Errors of the store pass through.
 * @param sound items that are known to be taken, and are tried with the others.
 */
export async function isolate<Item>(
  items: readonly Item[],
  rehearse: (items: readonly Item[]) => Promise<void>,
  sound: readonly Item[] = [],
): Promise<Isolated<Item>> {
  if (items.length === 0) return { sound, poisoned: [] };
  try {
    await rehearse([...sound, ...items]);
    return { sound: [...sound, ...items], poisoned: [] };
  } catch (error) {
    if (!isDataError(error)) throw error;
    const [only] = items;
    if (items.length === 1 && only !== undefined)
      return { sound, poisoned: [{ item: only, error: asError(error) }] };
  }
  const middle = Math.ceil(items.length / 2);
  const left = await isolate(items.slice(0, middle), rehearse, sound);
  const right = await isolate(items.slice(middle), rehearse, left.sound);
  return { sound: right.sound, poisoned: [...left.poisoned, ...right.poisoned] };
}
