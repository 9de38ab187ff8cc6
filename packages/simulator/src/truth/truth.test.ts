import { describe, expect, it } from '@jest/globals';
import { STREAM_NAMES, type StreamName } from '@timepoint/shared/contract/streams';
import fc from 'fast-check';
import { encodeEvent } from '../encode.ts';
import type { ReceivedEvent } from '../test-reader.ts';
import { createWorld, onlyStream } from '../world/world.ts';
import { createTruth } from './truth.ts';

const FIRST = 1_000;

/** The lines of a stream while a world emits `count` events. By default the world has only companies. */
function emit(seed: number, count: number, stream?: StreamName): ReceivedEvent[] {
  const world = createWorld(seed, stream === undefined ? ['companies'] : STREAM_NAMES);
  const events = Array.from({ length: count }, () => world.next());
  return events
    .filter((event) => event.stream === (stream ?? 'companies'))
    .map((event, index) => JSON.parse(encodeEvent(event, FIRST + index, 0)));
}

function truthOf(seed: number, count: number, stream?: StreamName) {
  const create = () =>
    stream === undefined ? createWorld(seed, ['companies']) : onlyStream(createWorld(seed), stream);
  return createTruth({ createWorld: create, first: FIRST, newest: () => FIRST + count - 1 });
}

const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

/** Computes the expected resources another way: searches the lines of each resource from the end. */
function resourcesByHand(lines: readonly ReceivedEvent[]) {
  const byUri = Map.groupBy(lines, ({ resource_uri }) => resource_uri.replace(/^(?!\/)/, '/'));
  return [...byUri.keys()].sort().map((resource_uri) => {
    const own = byUri.get(resource_uri) ?? [];
    const changed = own.findLast(({ event }) => event.type === 'changed');
    return {
      resource_uri,
      resource_kind: own.at(-1)?.resource_kind,
      company_number: /^\/company\/(\w+)/.exec(resource_uri)?.[1] ?? null,
      timepoint: own.at(-1)?.event.timepoint,
      deleted: own.at(-1)?.event.type === 'deleted',
      data: changed?.data ?? null,
      data_timepoint: changed?.event.timepoint ?? null,
    };
  });
}

function statusChangesByHand(lines: readonly ReceivedEvent[]) {
  const withStatus = lines.filter(
    ({ event, data }) => event.type === 'changed' && data?.company_status !== undefined,
  );
  const statusOf = (line?: ReceivedEvent) => [
    line?.data?.company_status ?? null,
    line?.data?.company_status_detail ?? null,
  ];
  const changes = withStatus.flatMap((line, index) => {
    const before = statusOf(
      withStatus.slice(0, index).findLast(({ resource_id }) => resource_id === line.resource_id),
    );
    const after = statusOf(line);
    if (before.join() === after.join()) return [];
    const [from_status, from_status_detail, to_status, to_status_detail] = [...before, ...after];
    const { resource_id: company_number, event } = line;
    return [
      {
        company_number,
        timepoint: event.timepoint,
        from_status,
        from_status_detail,
        to_status,
        to_status_detail,
      },
    ];
  });
  return changes.sort((a, b) =>
    a.company_number < b.company_number
      ? -1
      : a.company_number > b.company_number
        ? 1
        : a.timepoint - b.timepoint,
  );
}

describe("Timepoint's simulator knows the truth", () => {
  it('of status changes at any timepoint, forwards and backwards, as an independent fold finds it', async () => {
    const positions = fc.array(fc.nat({ max: 799 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.integer(), positions, async (seed, indexes) => {
        const lines = emit(seed, 800);
        const truth = truthOf(seed, 800);
        for (const index of indexes) {
          const upTo = lines.slice(0, index + 1);
          expect(asJson(await truth.resources(FIRST + index))).toEqual(resourcesByHand(upTo));
          expect(asJson(await truth.statusChanges(FIRST + index))).toEqual(statusChangesByHand(upTo));
        }
      }),
      { numRuns: 10 },
    );
  });

  it.each(STREAM_NAMES)(
    'of %s at any timepoint, as an independent fold of its lines finds it',
    async (stream) => {
      const positions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(fc.integer(), positions, async (seed, shares) => {
          const lines = emit(seed, 1_500, stream);
          const truth = truthOf(seed, lines.length, stream);
          for (const share of [...shares, 1]) {
            const count = Math.round(lines.length * share);
            expect(asJson(await truth.resources(FIRST + count - 1))).toEqual(
              resourcesByHand(lines.slice(0, count)),
            );
          }
        }),
        { numRuns: 3 },
      );
    },
  );

  it('of several askers at once', async () => {
    const truth = truthOf(3, 5_000);
    const [late, early] = await Promise.all([truth.resources(FIRST + 4_999), truth.resources(FIRST + 10)]);
    expect(early).toEqual(await truthOf(3, 5_000).resources(FIRST + 10));
    expect(late).toEqual(await truthOf(3, 5_000).resources());
  });

  it('of a tombstone, which keeps the last known document and never takes that of the delete', async () => {
    const rows = await truthOf(1, 20_000).resources();
    const tombstones = rows.filter(({ deleted }) => deleted);
    expect(
      tombstones.some(
        ({ data, data_timepoint, timepoint }) => data !== null && (data_timepoint ?? 0) < timepoint,
      ),
    ).toBe(true);
    expect(tombstones.some(({ data, data_timepoint }) => data === null && data_timepoint === null)).toBe(
      true,
    );
  });

  it('before the first event: nothing', async () => {
    expect(await truthOf(1, 10).resources(FIRST - 1)).toEqual([]);
  });

  it('of no event that is still to come', async () => {
    const truth = truthOf(1, 10);
    await expect(truth.resources(FIRST + 10)).rejects.toThrow('the newest is 1009');
    expect(await truth.resources()).not.toEqual([]);
  });
});
