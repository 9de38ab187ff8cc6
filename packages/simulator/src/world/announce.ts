import { chance, createLottery, int, type Random } from '../random.ts';
import type { PublishedForm, SimulatedEvent, Telling } from './event.ts';

const drawForm = createLottery<PublishedForm>([
  [8_500, 'seconds'],
  [1_000, 'microseconds'],
  [500, 'offset'],
  // The publisher once printed the clocks of half a day.
  [2, 'half-day'],
]);

/** Dresses what is told as the publisher does, with a time of publication that may run backwards. */
export function announce(random: Random, telling: Telling): SimulatedEvent {
  return {
    ...telling,
    publishedForm: drawForm(random),
    publishedLagMs: chance(random, 0.1) ? int(random, 2_000) : 0,
    isDataFirst: chance(random, 0.4),
  };
}
