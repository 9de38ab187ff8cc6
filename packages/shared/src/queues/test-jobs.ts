import { actionJobSchema, eventsJobSchema } from '../contract/job.ts';

/** Jobs for tests that are about queues, and not about what the jobs contain. */
export const EVENTS_JOB = eventsJobSchema.parse({
  stream: 'companies',
  origin: 100,
  after: 100,
  upTo: 101,
  lines: [],
  receivedAt: 0,
});
export const ACTION_JOB = actionJobSchema.parse({ what: 'replay', selection: {}, who: 'ada' });
