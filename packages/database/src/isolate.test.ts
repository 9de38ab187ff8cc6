import { describe, expect, it } from '@jest/globals';
import { parseLine, type StreamEvent } from '@timepoint/shared/contract/envelope';
import fc from 'fast-check';
import pg from 'pg';
import { isolate } from './isolate.ts';

const dataError = Object.assign(new pg.DatabaseError('refused', 7, 'error'), { code: '22P05' });

function eventAt(timepoint: number): StreamEvent {
  const line = JSON.stringify({
    resource_uri: `/company/${timepoint}`,
    data: {},
    event: { timepoint, type: 'changed' },
  });
  const parsed = parseLine(line);
  if (!parsed.isEvent) throw new Error(parsed.broken.detail);
  return parsed.event;
}

describe('Timepoint, looking for what the database refuses,', () => {
  it('finds exactly the events that are refused, wherever they are', async () => {
    const cases = fc.array(fc.boolean(), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(cases, async (isPoison) => {
        const events = isPoison.map((_, index) => eventAt(index));
        const { sound, poisoned } = await isolate(events, async (some) => {
          if (some.some((event) => isPoison[event.timepoint])) throw dataError;
        });
        expect(sound).toEqual(events.filter((event) => !isPoison[event.timepoint]));
        expect(poisoned.map(({ item }) => item)).toEqual(events.filter((event) => isPoison[event.timepoint]));
      }),
    );
  });

  it('never takes an outage of the store for a fault of an event', async () => {
    const outage = new Error('connection terminated');
    await expect(isolate([eventAt(1)], () => Promise.reject(outage))).rejects.toBe(outage);
  });
});
