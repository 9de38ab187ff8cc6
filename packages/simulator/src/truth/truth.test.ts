import { describe, expect, it } from '@jest/globals';
import { STREAM_NAMES } from '@timepoint/shared/streams';
import fc from 'fast-check';
import { encodeEvent } from '../encode.ts';
import type { ReceivedEvent } from '../test-reader.ts';
import { createWorld, listenTo } from '../world/world.ts';
import { createTruth } from './truth.ts';

const FIRST = 1_000;

function emit(seed: number, count: number): ReceivedEvent[] {
  const world = createWorld(seed, ['companies']);
  return Array.from({ length: count }, (_, index) => JSON.parse(encodeEvent(world.next(), FIRST + index, 0)));
}

function truthOf(seed: number, count: number) {
  return createTruth({
    createWorld: () => createWorld(seed, ['companies']),
    first: FIRST,
    newest: () => FIRST + count - 1,
  });
}

const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

/** What to hold, found the slow way: by looking at all lines anew for each resource. */
function resourcesByHand(lines: readonly ReceivedEvent[]) {
  const uris = [...new Set(lines.map(({ resource_uri }) => resource_uri))].sort();
  return uris.map((resource_uri) => {
    const own = lines.filter((line) => line.resource_uri === resource_uri);
    const changed = own.findLast(({ event }) => event.type === 'changed');
    return {
      resource_uri,
      resource_kind: 'company-profile',
      company_number: resource_uri.slice('/company/'.length),
      timepoint: own.at(-1)?.event.timepoint,
      deleted: own.at(-1)?.event.type === 'deleted',
      data: changed?.data ?? null,
      data_timepoint: changed?.event.timepoint ?? null,
    };
  });
}

function statusChangesByHand(lines: readonly ReceivedEvent[]) {
  const told = lines.filter(
    ({ event, data }) => event.type === 'changed' && data?.company_status !== undefined,
  );
  const statusOf = (line?: ReceivedEvent) => [
    line?.data?.company_status ?? null,
    line?.data?.company_status_detail ?? null,
  ];
  const changes = told.flatMap((line, index) => {
    const before = statusOf(
      told.slice(0, index).findLast(({ resource_id }) => resource_id === line.resource_id),
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
  it('at any timepoint, forwards and backwards, as an independent fold of the lines finds it', async () => {
    const positions = fc.array(fc.nat({ max: 1_499 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.integer(), positions, async (seed, indexes) => {
        const lines = emit(seed, 1_500);
        const truth = truthOf(seed, 1_500);
        for (const index of indexes) {
          const upTo = lines.slice(0, index + 1);
          expect(asJson(await truth.resources(FIRST + index))).toEqual(resourcesByHand(upTo));
          expect(asJson(await truth.statusChanges(FIRST + index))).toEqual(statusChangesByHand(upTo));
        }
      }),
      { numRuns: 15 },
    );
  });

  it.each(STREAM_NAMES)('of %s, one stream of nine', async (stream) => {
    const world = createWorld(7);
    const lines: ReceivedEvent[] = [];
    for (let count = 0; count < 6_000; count += 1) {
      const event = world.next();
      if (event.stream === stream) lines.push(JSON.parse(encodeEvent(event, FIRST + lines.length, 0)));
    }
    const truth = createTruth({
      createWorld: () => listenTo(createWorld(7), stream),
      first: FIRST,
      newest: () => FIRST + lines.length - 1,
    });
    const held = (await truth.resources()).map(({ resource_uri, timepoint, deleted, data }) => [
      resource_uri,
      timepoint,
      deleted,
      data,
    ]);
    const newest = new Map(lines.map((line) => [line.resource_uri.replace(/^(?!\/)/, '/'), line]));
    expect(asJson(held)).toEqual(
      [...newest.keys()].sort().map((uri) => {
        const own = lines.filter((line) => uri.endsWith(line.resource_uri));
        const document = own.findLast(({ event }) => event.type === 'changed')?.data ?? null;
        return [uri, own.at(-1)?.event.timepoint, own.at(-1)?.event.type === 'deleted', document];
      }),
    );
  });

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
