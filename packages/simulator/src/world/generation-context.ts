import type { Random } from '../random.ts';
import type { Day } from './calendar.ts';
import type { Words } from './words.ts';

/** The inputs of everything that is generated. `today` is a day of the simulated calendar, not of the clock. */
export interface GenerationContext {
  readonly random: Random;
  readonly words: Words;
  readonly today: Day;
}
