import { faker } from '@faker-js/faker/locale/en_GB';
import { createRandom, pick } from '../random.ts';

/** Invented words that names and addresses are put together from. */
export interface Words {
  readonly surnames: readonly string[];
  readonly streets: readonly string[];
  readonly towns: readonly string[];
  readonly counties: readonly string[];
}

// Enough that companies differ; faker is far too slow to be asked for every event.
const WORDS_PER_LIST = 400;
const TOWN_ENDINGS = ['combe', 'bury', 'wick', 'haven', 'dene', 'mere', 'bridge', 'thorpe'] as const;

/** Draws the word lists of a world; the same seed gives the same lists. */
export function createWords(seed: number): Words {
  const random = createRandom(seed);
  // Seeded and drawn from within one call, so that the shared instance can't be disturbed in between.
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
