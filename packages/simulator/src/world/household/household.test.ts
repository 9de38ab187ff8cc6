import { describe, expect, it } from '@jest/globals';
import { STREAM_NAMES, type StreamName } from '@timepoint/shared/streams';
import { encodeEvent } from '../../encode.ts';
import type { SimulatedEvent } from '../event.ts';
import { createWorld } from '../world.ts';

const EVENTS = 40_000;
const world = createWorld(1);
const told = Array.from({ length: EVENTS }, () => world.next());
const byStream = Map.groupBy(told, ({ stream }) => stream);
const of = (stream: StreamName) => byStream.get(stream) ?? [];
const dataOf = (event: SimulatedEvent) => ({ ...event.data }) as Record<string, unknown>;
const isChanged = ({ type }: SimulatedEvent) => type === 'changed';
const changed = (stream: StreamName) => of(stream).filter(isChanged);
const text = (stream: StreamName) =>
  changed(stream)
    .map(({ data }) => JSON.stringify(data))
    .join('\n');

describe("Timepoint's simulator tells, beside companies, of what belongs to them, and", () => {
  it('tells every stream within the first 2,500 events', () => {
    expect(new Set(told.slice(0, 2_500).map(({ stream }) => stream))).toEqual(new Set(STREAM_NAMES));
  });

  it('keeps the proportions of the real streams, roughly', () => {
    const share = (stream: StreamName) => of(stream).length / EVENTS;
    expect(share('filings')).toBeGreaterThan(0.35);
    expect(share('companies')).toBeGreaterThan(0.15);
    expect(share('officers')).toBeGreaterThan(share('persons-with-significant-control') * 0.8);
    expect(share('charges')).toBeLessThan(0.05);
    expect(share('company-exemptions')).toBeLessThan(0.01);
    expect(share('disqualified-officers')).toBeLessThan(0.01);
  });

  it('tells of belongings only of companies that the world knows', () => {
    const companies = new Set(of('companies').map(({ companyNumber }) => companyNumber));
    const others = told.filter(({ stream }) => stream !== 'companies' && stream !== 'disqualified-officers');
    // The company of the last few may still be to come.
    for (const { companyNumber } of others.slice(0, -50)) expect(companies).toContain(companyNumber);
  });

  it('writes URIs, ids and kinds as each stream does', () => {
    const patterns: Record<StreamName, RegExp> = {
      companies: /^\/company\/[A-Z0-9]{8}$/,
      filings: /^\/company\/[A-Z0-9]{8}\/filing-history\/[\w-]{22}$/,
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
    for (const stream of STREAM_NAMES)
      for (const event of of(stream)) expect(event.resourceUri).toMatch(patterns[stream]);
    const [exemption] = of('company-exemptions');
    if (exemption === undefined) throw new Error('no exemption was told');
    expect(encodeEvent(exemption, 1, 0)).toMatch(/"resource_uri":"company\//);
  });

  it('tells all eight kinds of controllers, and one that is not mapped', () => {
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

  it('resigns, ceases, satisfies, deletes in every form and creates again', () => {
    expect(text('officers')).toContain('"resigned_on"');
    expect(text('persons-with-significant-control')).toContain('"ceased_on"');
    expect(text('charges')).toContain('"fully-satisfied"');
    const deletes = told.filter((event) => event.stream !== 'companies' && !isChanged(event));
    for (const isForm of [
      ({ data }: SimulatedEvent) => data === undefined,
      ({ data }: SimulatedEvent) => data === null,
      (event: SimulatedEvent) => Object.keys(dataOf(event)).join() === 'links',
      (event: SimulatedEvent) => '_id' in dataOf(event),
      (event: SimulatedEvent) => Object.keys(dataOf(event)).length > 3 && !('_id' in dataOf(event)),
    ])
      expect(deletes.some(isForm)).toBe(true);
    const histories = [...Map.groupBy(told, ({ resourceUri }) => resourceUri).values()];
    const goesOn = (history: SimulatedEvent[]) =>
      history.some((event, index) => !isChanged(event) && history.slice(index).some(isChanged));
    expect(histories.filter((history) => history[0]?.stream !== 'companies').some(goesOn)).toBe(true);
  });

  it('publishes controllers again in waves, with nothing new in them', () => {
    const repeats = told.map((event, index) => {
      const before = told[index - 1];
      return event.stream === 'persons-with-significant-control' && before?.stream === event.stream;
    });
    const longest = repeats
      .join('')
      .split('false')
      .reduce((most, run) => Math.max(most, run.length / 4), 0);
    expect(longest).toBeGreaterThan(20);
  });

  it('files what happens to a company: incorporation, accounts, strike-off and the rest', () => {
    const types = new Set(changed('filings').map((event) => dataOf(event).type));
    for (const type of [
      'NEWINC',
      'AA',
      'CS01',
      'AD01',
      'GAZ1',
      'DISS40',
      'GAZ2',
      'AP01',
      'TM01',
      'PSC01',
      'MR01',
      '600',
    ])
      expect(types).toContain(type);
  });
});
