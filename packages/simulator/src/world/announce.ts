import { chance, createLottery, int, type Random } from '../random.ts';
import type { PublishedForm, SimulatedEvent, Telling } from './event.ts';

const drawForm = createLottery<PublishedForm>([
  [85, 'seconds'],
  [10, 'microseconds'],
  [5, 'offset'],
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
