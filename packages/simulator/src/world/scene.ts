import type { Random } from '../random.ts';
import type { Day } from './calendar.ts';
import type { Words } from './words.ts';

/** What every invention draws from. `today` is the day of the world's own calendar, never the clock's. */
export interface Scene {
  readonly random: Random;
  readonly words: Words;
  readonly today: Day;
}
