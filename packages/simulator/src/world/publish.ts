import { chance, createLottery, int, type Random } from '../random.ts';
import type { PublishedForm, ResourceEvent, SimulatedEvent } from './event.ts';

const drawForm = createLottery<PublishedForm>([
  [8_500, 'seconds'],
  [1_000, 'microseconds'],
  [500, 'offset'],
  // The publisher once printed the hours of a 12-hour clock.
  [2, 'half-day'],
]);

/** Adds the details of publication to an event. Its `published_at` can be before that of the event before it. */
export function publish(random: Random, event: ResourceEvent): SimulatedEvent {
  return {
    ...event,
    publishedForm: drawForm(random),
    publishedLagMs: chance(random, 0.1) ? int(random, 2_000) : 0,
    isDataFirst: chance(random, 0.4),
  };
}
