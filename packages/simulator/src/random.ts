/** A seeded source of numbers in [0, 1). This package has no other randomness, so that a seed replays. */
export type Random = () => number;

/** Creates a mulberry32 generator. It is small, fast and the same on every machine, and repeats after 2^32 draws. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Draws a whole number in [0, below). */
export function int(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** Draws true with this probability. */
export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/** Draws an item of a list. */
export function pick<Item>(random: Random, list: readonly Item[]): Item {
  const item = list[int(random, list.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** Creates a function that draws items by their weights. */
export function createLottery<Item>(tickets: readonly (readonly [weight: number, item: Item])[]) {
  const total = tickets.reduce((sum, [weight]) => sum + weight, 0);
  return (random: Random): Item => {
    let left = random() * total;
    for (const [weight, item] of tickets) {
      left -= weight;
      if (left < 0) return item;
    }
    throw new RangeError('a lottery needs a ticket with a weight');
  };
}
