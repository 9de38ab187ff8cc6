import { faker } from '@faker-js/faker/locale/en_GB';
import { createRandom, pick } from '../random.ts';

/** Invented words from which names and addresses are composed. */
export interface Words {
  readonly surnames: readonly string[];
  readonly streets: readonly string[];
  readonly towns: readonly string[];
  readonly counties: readonly string[];
}

// Enough words to make companies differ. Calling faker for every event would be far too slow.
const WORDS_PER_LIST = 400;
const TOWN_ENDINGS = ['combe', 'bury', 'wick', 'haven', 'dene', 'mere', 'bridge', 'thorpe'] as const;

/** Draws the word lists of a seed. The same seed gives the same lists. */
export function createWords(seed: number): Words {
  const random = createRandom(seed);
  // Seeds the shared instance and draws from it in one call, so that no other code can draw in between.
  faker.seed(seed);
  const surnames = draw(() => faker.person.lastName());
  return {
    surnames,
    streets: draw(() => faker.location.street()),
    towns: draw(() => `${pick(random, surnames)}${pick(random, TOWN_ENDINGS)}`),
    counties: draw(() => `${pick(random, surnames)}shire`),
  };
}

function draw(word: () => string): string[] {
  return [...new Set(Array.from({ length: WORDS_PER_LIST }, word))];
}
