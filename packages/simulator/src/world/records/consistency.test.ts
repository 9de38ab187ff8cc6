import { describe, expect, it } from '@jest/globals';
import type { StreamName } from '@timepoint/shared/contract/streams';
import fc from 'fast-check';
import type { SimulatedEvent } from '../event.ts';
import { isInsolvent } from '../profile.ts';
import { createWorld } from '../world.ts';

const EVENTS = 30_000;
/** The greatest distance between the events of one change. Other events can be between them. */
const SOON = 40;

function generate(seed: number, count: number): SimulatedEvent[] {
  const world = createWorld(seed);
  return Array.from({ length: count }, () => world.next());
}

type Document = Readonly<Record<string, unknown>>;

const events = generate(1, EVENTS);
const places = new Map(events.map((event, index) => [event, index]));
const dataOf = (event: SimulatedEvent | undefined): Document => ({ ...event?.data });
const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
const isChanged = ({ type }: SimulatedEvent) => type === 'changed';
const documents = (stream: StreamName) =>
  events.filter((event) => event.stream === stream && isChanged(event));
const profilesOf = Map.groupBy(
  documents('companies').filter((event) => 'company_status' in dataOf(event)),
  ({ companyNumber }) => companyNumber,
);
const createdOn = new Map(
  [...profilesOf].map(([number, [first]]) => [number, textOf(dataOf(first).date_of_creation)]),
);

/** The first event of each filing of these types. A republished filing has no related events. */
const filings = (...types: readonly string[]) => {
  const found = documents('filings').filter((event) => types.includes(textOf(dataOf(event).type)));
  return [...new Map(found.toReversed().map((event) => [event.resourceUri, event])).values()];
};
/** The events of a stream about the same company, shortly before or after an event. */
const along = (event: SimulatedEvent, stream: StreamName) => {
  const index = places.get(event) ?? 0;
  return events
    .slice(Math.max(0, index - SOON), index + SOON)
    .filter((other) => other.stream === stream && other.companyNumber === event.companyNumber);
};
const hasProfile = ({ companyNumber }: SimulatedEvent, isMet: (profile: Document) => boolean) =>
  (profilesOf.get(companyNumber) ?? []).some((event) => isMet(dataOf(event)));
/** The URIs of the events that break a rule. */
const breaking = (events: readonly SimulatedEvent[], isKept: (event: SimulatedEvent) => boolean) =>
  events.filter((event) => !isKept(event)).map(({ resourceUri }) => resourceUri);

describe("Timepoint's simulator is consistent over all streams, so that", () => {
  it('every resource except a disqualified officer belongs to a company with an event before or soon after', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const events = generate(seed, 3_000);
        const companies = new Set(
          events.filter(({ stream }) => stream === 'companies').map(({ companyNumber }) => companyNumber),
        );
        const isKept = ({ stream, companyNumber }: SimulatedEvent) =>
          stream === 'disqualified-officers' ? companyNumber === null : companies.has(companyNumber);
        expect(breaking(events.slice(0, -50), isKept)).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  it('the records of a company are published before its profile or after it', () => {
    const firsts = [...Map.groupBy(events, ({ companyNumber }) => companyNumber).values()].map(
      ([first]) => first?.stream === 'companies',
    );
    expect(firsts.filter((isCompany) => isCompany).length).toBeGreaterThan(500);
    expect(firsts.filter((isCompany) => !isCompany).length).toBeGreaterThan(50);
  });

  it.each([
    ['officers', 'appointed_on', 'resigned_on'],
    ['persons-with-significant-control', 'notified_on', 'ceased_on'],
    ['persons-with-significant-control-statements', 'notified_on', 'ceased_on'],
    ['charges', 'created_on', 'satisfied_on'],
  ] as const)('%s begin when the company exists, and end later', (stream, begin, end) => {
    const isKept = (event: SimulatedEvent) => {
      const began = textOf(dataOf(event)[begin]).slice(0, 10);
      const ended = textOf(dataOf(event)[end]).slice(0, 10);
      const isThere = began === '' || began >= (createdOn.get(event.companyNumber) ?? '');
      return isThere && (ended === '' || ended >= began);
    };
    expect(documents(stream).some((event) => end in dataOf(event))).toBe(true);
    expect(breaking(documents(stream), isKept)).toEqual([]);
  });

  it('an appointment has no exact day only if it is before 1992, in a company of that age', () => {
    const old = documents('officers').filter((event) => !('appointed_on' in dataOf(event)));
    expect(old.length).toBeGreaterThan(0);
    for (const event of old) {
      expect(dataOf(event)).toMatchObject({ appointed_before: '1992-01-01', is_pre_1992_appointment: true });
      expect((createdOn.get(event.companyNumber) ?? '') < '1992').toBe(true);
    }
  });

  it('an incorporation comes with a profile, officers, and a controller or the statement that there is none', () => {
    const found = filings('NEWINC', 'OE01');
    expect(found.length).toBeGreaterThan(200);
    const isKept = (filing: SimulatedEvent) =>
      dataOf(filing).date === createdOn.get(filing.companyNumber) &&
      along(filing, 'officers').length > 0 &&
      along(filing, 'persons-with-significant-control').length +
        along(filing, 'persons-with-significant-control-statements').length >
        0;
    expect(breaking(found, isKept)).toEqual([]);
  });

  it.each([
    [['AP01', 'AP02', 'AP03', 'AP04'], 'officers', 'appointed_on', 'appointment_date'],
    [['TM01', 'TM02', 'LLTM01'], 'officers', 'resigned_on', 'termination_date'],
    [['PSC01', 'PSC02', 'PSC03'], 'persons-with-significant-control', 'notified_on', 'notification_date'],
    [['PSC07'], 'persons-with-significant-control', 'ceased_on', 'cessation_date'],
    [['PSC08'], 'persons-with-significant-control-statements', 'notified_on', 'notification_date'],
    [['PSC09'], 'persons-with-significant-control-statements', 'ceased_on', 'withdrawal_date'],
  ] as const)('a filing of %j has a related event', (types, stream, member, value) => {
    const found = filings(...types);
    expect(found.length).toBeGreaterThan(5);
    const isKept = (filing: SimulatedEvent) => {
      const day = { ...Object(dataOf(filing).description_values) }[value];
      return along(filing, stream).some((event) => {
        const data = dataOf(event);
        // The event of a protected controller does not have the day.
        return textOf(data[member]).slice(0, 10) === day || data.ceased === true;
      });
    };
    expect(breaking(found, isKept)).toEqual([]);
  });

  it('a charge is created, shows in the profile, is satisfied, and names its filings', () => {
    const text = documents('charges')
      .map(({ data }) => JSON.stringify(data))
      .join('\n');
    expect(filings('MR01').length).toBeGreaterThan(30);
    expect(filings('MR04').length).toBeGreaterThan(10);
    expect(
      breaking(filings('MR01', 'MR04').slice(5), ({ resourceUri }) => text.includes(`"${resourceUri}"`)),
    ).toEqual([]);
    const isShown = ({ has_charges, links }: Document) => has_charges === true && 'charges' in Object(links);
    expect(breaking(documents('charges').slice(0, -5), (event) => hasProfile(event, isShown))).toEqual([]);
  });

  it('an insolvency shows in the profile, and its cases and their days increase', () => {
    const isShown = ({ company_status, has_insolvency_history }: Document) =>
      isInsolvent(textOf(company_status)) && has_insolvency_history === true;
    const found = documents('insolvency-cases');
    expect(breaking(found.slice(0, -5), (event) => hasProfile(event, isShown))).toEqual([]);
    const cases = found.map((event): Document[] => Object(dataOf(event).cases));
    expect(Math.max(...cases.map(({ length }) => length))).toBeGreaterThan(1);
    const days = cases.flat().map(({ dates }) => (Array.isArray(dates) ? dates.length : 0));
    expect(new Set(days)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  it('only a plc is exempt from notifying its controllers, and its profile links to the exemptions', () => {
    const isShown = ({ type, links }: Document) => type === 'plc' && 'exemptions' in Object(links);
    expect(breaking(documents('company-exemptions'), (event) => hasProfile(event, isShown))).toEqual([]);
  });
});
