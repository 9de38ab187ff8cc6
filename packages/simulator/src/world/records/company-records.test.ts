import { describe, expect, it } from '@jest/globals';
import { STREAM_NAMES, type StreamName } from '@timepoint/shared/contract/streams';
import fc from 'fast-check';
import { encodeEvent } from '../../encode.ts';
import type { SimulatedEvent } from '../event.ts';
import { createWorld } from '../world.ts';

const EVENTS = 40_000;
function generate(seed: number, count: number): SimulatedEvent[] {
  const world = createWorld(seed);
  return Array.from({ length: count }, () => world.next());
}

const events = generate(1, EVENTS);
const byStream = Map.groupBy(events, ({ stream }) => stream);
const of = (stream: StreamName) => byStream.get(stream) ?? [];
const dataOf = (event: SimulatedEvent) => ({ ...event.data }) as Record<string, unknown>;
const isChanged = ({ type }: SimulatedEvent) => type === 'changed';
const changed = (stream: StreamName) => of(stream).filter(isChanged);
const text = (stream: StreamName) =>
  changed(stream)
    .map(({ data }) => JSON.stringify(data))
    .join('\n');

describe("Timepoint's simulator generates the records of companies, and", () => {
  it('emits on every stream within the first 2,000 events, even on the rarest ones, for every seed', () => {
    expect(new Set(events.slice(0, 2_000).map(({ stream }) => stream))).toEqual(new Set(STREAM_NAMES));
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const streams = new Set(generate(seed, 2_000).map(({ stream }) => stream));
        expect(streams).toContain('company-exemptions');
        expect(streams).toContain('disqualified-officers');
      }),
      { numRuns: 8 },
    );
  });

  it('is the same for the same seed and another for another seed', () => {
    const once = JSON.stringify(generate(5, 1_500));
    expect(JSON.stringify(generate(5, 1_500))).toBe(once);
    expect(JSON.stringify(generate(6, 1_500))).not.toBe(once);
  });

  it.each([
    ['filings', 0.45, 0.55, 600, 900],
    ['companies', 0.22, 0.3, 1_000, 1_500],
    ['officers', 0.09, 0.16, 600, 850],
    ['persons-with-significant-control', 0.05, 0.1, 800, 1_150],
    ['charges', 0.005, 0.015, 850, 1_300],
    ['insolvency-cases', 0.005, 0.018, 650, 1_100],
    ['persons-with-significant-control-statements', 0.001, 0.015, 400, 800],
    ['company-exemptions', 0.0001, 0.002, 200, 700],
    ['disqualified-officers', 0.0001, 0.002, 350, 1_200],
  ] as const)(
    'has roughly the share and the size of the real events of %s',
    (stream, fewest, most, least, longest) => {
      const share = of(stream).length / EVENTS;
      expect([share, share > fewest, share < most]).toEqual([share, true, true]);
      const bytes = of(stream).reduce((sum, event) => sum + encodeEvent(event, 22_000_001, 0).length, 0);
      const mean = bytes / of(stream).length;
      expect([mean, mean > least, mean < longest]).toEqual([mean, true, true]);
    },
  );

  it('writes URIs, ids and kinds as each stream does', () => {
    const patterns: Record<StreamName, RegExp> = {
      companies: /^\/company\/[A-Z0-9]{8}$/,
      filings: /^\/company\/[A-Z0-9]{8}\/filing-history\/[\w-]{24}$/,
      officers: /^\/company\/[A-Z0-9]{8}\/appointments\/[\w-]{27}$/,
      'persons-with-significant-control':
        /^\/company\/[A-Z0-9]{8}\/persons-with-significant-control\/[a-z-]+\/[\w-]{27}$/,
      charges: /^\/company\/[A-Z0-9]{8}\/charges\/[\w-]{27}$/,
      'insolvency-cases': /^\/company\/[A-Z0-9]{8}\/insolvency$/,
      'disqualified-officers': /^\/disqualified-officers\/(natural|corporate)\/[\w-]{27}$/,
      'company-exemptions': /^\/company\/[A-Z0-9]{8}\/exemptions$/,
      'persons-with-significant-control-statements':
        /^\/company\/[A-Z0-9]{8}\/persons-with-significant-control-statements\/[\w-]{27}$/,
    };
    const odd = events.filter(({ stream, resourceUri }) => !patterns[stream].test(resourceUri));
    expect(odd.map(({ resourceUri }) => resourceUri)).toEqual([]);
    const [exemption] = of('company-exemptions');
    if (exemption === undefined) throw new Error('there is no event of the stream company-exemptions');
    expect(encodeEvent(exemption, 1, 0)).toMatch(/"resource_uri":"company\//);
  });

  it('has all eight kinds of controllers, and one that is not mapped', () => {
    expect(new Set(of('persons-with-significant-control').map(({ resourceKind }) => resourceKind))).toEqual(
      new Set([
        'company-psc-individual',
        'company-psc-corporate',
        'company-psc-legal',
        'company-psc-supersecure',
        'individual-beneficial-owner',
        'corporate-entity-beneficial-owner',
        'legal-person-beneficial-owner',
        'super-secure-beneficial-owner',
        '',
      ]),
    );
    const owners = of('persons-with-significant-control').filter(({ resourceKind }) =>
      resourceKind.endsWith('owner'),
    );
    expect(owners.every(({ companyNumber }) => companyNumber?.startsWith('OE'))).toBe(true);
  });

  it('has the quirks of the publisher in its documents', () => {
    expect(text('officers')).toContain('"appointed_before"');
    expect(text('filings')).toMatch(/"transaction_id":\d/);
    expect(text('charges')).toMatch(/"transaction_id":\d/);
    expect(text('filings')).toMatch(/"subcategory":\[/);
    expect(text('charges')).toContain('"assests_ceased_released"');
    expect(text('charges')).toContain('"assets_ceased_released"');
    expect(text('insolvency-cases')).toMatch(/"number":\d/);
    expect(text('insolvency-cases')).toMatch(/"number":"\d/);
    expect(text('insolvency-cases')).toMatch(/"status":"/);
    expect(text('insolvency-cases')).toMatch(/"status":\[/);
    const secret = changed('persons-with-significant-control').filter(({ resourceUri }) =>
      resourceUri.includes('super-secure'),
    );
    expect(secret.length).toBeGreaterThan(0);
    expect(secret.some((event) => 'name' in dataOf(event))).toBe(false);
  });

  it('resigns, ceases and satisfies', () => {
    expect(text('officers')).toContain('"resigned_on"');
    expect(text('persons-with-significant-control')).toContain('"ceased_on"');
    expect(text('charges')).toContain('"fully-satisfied"');
  });

  it.each(['filings', 'officers', 'persons-with-significant-control'] as const)(
    'deletes of %s in every form, and creates them again',
    (stream) => {
      const deletes = of(stream).filter((event) => !isChanged(event));
      for (const isForm of [
        ({ data }: SimulatedEvent) => data === undefined,
        ({ data }: SimulatedEvent) => data === null,
        (event: SimulatedEvent) => Object.keys(dataOf(event)).join() === 'links',
        (event: SimulatedEvent) => '_id' in dataOf(event),
        (event: SimulatedEvent) => Object.keys(dataOf(event)).length > 3 && !('_id' in dataOf(event)),
      ])
        expect(deletes.some(isForm)).toBe(true);
      const isBack = (history: SimulatedEvent[]) =>
        history.some((event, index) => !isChanged(event) && history.slice(index).some(isChanged));
      const histories = [...Map.groupBy(of(stream), ({ resourceUri }) => resourceUri).values()];
      expect(histories.some(isBack)).toBe(true);
    },
  );

  it('publishes controllers and officers again in waves, without a change in them', () => {
    const newest = new Map<string, string>();
    const isAgain = events.map((event) => {
      const { etag: _etag, ...document } = dataOf(event);
      const text = JSON.stringify(document);
      const isKnown = isChanged(event) && newest.get(event.resourceUri) === text;
      newest.set(event.resourceUri, text);
      return isKnown ? event.stream : undefined;
    });
    for (const stream of ['persons-with-significant-control', 'officers'] as const) {
      const inWindows = Array.from({ length: EVENTS / 50 }, (_, index) =>
        isAgain.slice(index * 50, index * 50 + 50).filter((again) => again === stream),
      );
      expect(Math.max(...inWindows.map(({ length }) => length))).toBeGreaterThan(15);
    }
  });

  it('publishes a document again as it was before the last change: A, B, A', () => {
    const histories = Map.groupBy(events.filter(isChanged), ({ resourceUri }) => resourceUri);
    const goesBack = (stream: StreamName) =>
      [...histories.values()].some(
        (history) =>
          history[0]?.stream === stream &&
          history.some(
            ({ data }, index) => data === history[index + 2]?.data && data !== history[index + 1]?.data,
          ),
      );
    for (const stream of ['filings', 'officers', 'persons-with-significant-control'] as const)
      expect([stream, goesBack(stream)]).toEqual([stream, true]);
  });

  it('deletes, on every stream, resources that never existed', () => {
    const known = new Set<string>();
    const neverCreated = events.filter((event) => {
      const isNew = !known.has(event.resourceUri);
      known.add(event.resourceUri);
      return isNew && !isChanged(event);
    });
    expect(new Set(neverCreated.map(({ stream }) => stream))).toEqual(new Set(STREAM_NAMES));
  });

  it('almost never names the changed fields, and only of a filing that was scanned', () => {
    const withFields = events.filter(({ fieldsChanged }) => fieldsChanged !== undefined);
    expect(withFields.length).toBeLessThan(EVENTS / 100);
    const [first] = withFields;
    if (first === undefined) throw new Error('no event names changed fields');
    expect(first.stream).toBe('filings');
    expect(encodeEvent(first, 1, 0)).toContain(
      '{"fields_changed":["links.document_metadata"],"timepoint":1,',
    );
  });

  it('files the changes of a company: incorporation, accounts, strike-off and the rest', () => {
    const types = new Set(changed('filings').map((event) => dataOf(event).type));
    for (const type of [
      'NEWINC',
      'AA',
      'CS01',
      'AD01',
      'GAZ1',
      'DISS40',
      'GAZ2',
      'CERTNM',
      'AP01',
      'AP03',
      'TM01',
      'CH01',
      'LLAP01',
      'PSC01',
      'PSC02',
      'PSC04',
      'PSC07',
      'PSC08',
      'PSC09',
      'MR01',
      'MR04',
      '600',
    ])
      expect(types).toContain(type);
  });
});
