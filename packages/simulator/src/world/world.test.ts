import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeEvent } from '../encode.ts';
import type { SimulatedEvent } from './event.ts';
import { INSOLVENCY_STATUSES } from './profile.ts';
import { createWorld } from './world.ts';

const EVENTS = 30_000;

function generate(seed: number, count: number): SimulatedEvent[] {
  const world = createWorld(seed, ['companies']);
  return Array.from({ length: count }, () => world.next());
}

const events = generate(1, EVENTS);
const histories = Map.groupBy(events, ({ companyNumber }) => companyNumber ?? '');

/** Whether the history of any company has these events, one directly after the other. */
function inARow(
  ...steps: ((event: SimulatedEvent, first: SimulatedEvent | undefined) => boolean)[]
): boolean {
  return [...histories.values()].some((history) =>
    history.some((_, start) =>
      steps.every((isStep, index) => {
        const event = history[start + index];
        return event !== undefined && isStep(event, history[start]);
      }),
    ),
  );
}

function dataOf(event: SimulatedEvent): Readonly<Record<string, unknown>> {
  return { ...event.data };
}

const isChanged = ({ type }: SimulatedEvent) => type === 'changed';
const isDeleted = ({ type }: SimulatedEvent) => type === 'deleted';
const isStatus = (status: string, detail?: string) => (event: SimulatedEvent) =>
  isChanged(event) &&
  dataOf(event).company_status === status &&
  dataOf(event).company_status_detail === detail;
const isProposed = isStatus('active', 'active-proposal-to-strike-off');
const hasOnlyLinks = (event: SimulatedEvent) => Object.keys(dataOf(event)).join() === 'links';

describe("Timepoint's simulator invents a register that", () => {
  it('is the same for the same seed and differs for another seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1_000 }), (seed, count) => {
        const once = JSON.stringify(generate(seed, count));
        expect(JSON.stringify(generate(seed, count))).toBe(once);
        expect(JSON.stringify(generate(seed + 1, count))).not.toBe(once);
      }),
      { numRuns: 10 },
    );
  });

  it('deletes in every form the publisher uses', () => {
    const deletes = events.filter(isDeleted);
    expect(deletes.some(({ data }) => data === undefined)).toBe(true);
    expect(deletes.some(({ data }) => data === null)).toBe(true);
    expect(deletes.some(hasOnlyLinks)).toBe(true);
    expect(deletes.some((event) => 'officer_summary' in dataOf(event))).toBe(true);
    expect(
      deletes.some((event) => 'company_name' in dataOf(event) && !('officer_summary' in dataOf(event))),
    ).toBe(true);
  });

  it('writes published_at in every documented form, mostly to the second', () => {
    const forms = Map.groupBy(events, ({ publishedForm }) => publishedForm);
    expect(new Set(forms.keys())).toEqual(new Set(['seconds', 'microseconds', 'offset', 'half-day']));
    expect(forms.get('seconds')?.length).toBeGreaterThan(EVENTS / 2);
  });

  it('creates a company again after its deletion', () => {
    expect(inARow(isDeleted, isChanged)).toBe(true);
  });

  it('deletes companies that never existed', () => {
    expect([...histories.values()].some(([first]) => first !== undefined && isDeleted(first))).toBe(true);
  });

  it('sends the same document again', () => {
    expect(inARow(isChanged, (event, first) => isChanged(event) && event.data === first?.data)).toBe(true);
  });

  it('reverts a company to an earlier document, including the etag', () => {
    const isOther = (event: SimulatedEvent, first?: SimulatedEvent) =>
      isChanged(event) && event.data !== first?.data;
    const isSame = (event: SimulatedEvent, first?: SimulatedEvent) => event.data === first?.data;
    expect(inARow((event) => isChanged(event) && !hasOnlyLinks(event), isOther, isSame)).toBe(true);
  });

  it('sends stubs that have only links', () => {
    expect(events.some((event) => isChanged(event) && hasOnlyLinks(event))).toBe(true);
  });

  it('proposes companies for strike-off, withdraws the proposal or dissolves them, and restores some', () => {
    expect(inARow(isStatus('active'), isProposed, isStatus('active'))).toBe(true);
    expect(inARow(isProposed, isStatus('dissolved'), isStatus('active'))).toBe(true);
  });

  it('gives companies every insolvency status, and dissolves them with a date of cessation', () => {
    for (const status of INSOLVENCY_STATUSES)
      expect(inARow(isStatus('active'), isStatus(status), isStatus('dissolved'))).toBe(true);
    for (const event of events.filter(isStatus('dissolved'))) {
      expect(dataOf(event).date_of_cessation).toMatch(/^2026-\d\d-\d\d$/);
    }
  });

  it('renames companies and keeps their previous names', () => {
    const renamed = events.filter(
      (event) => isChanged(event) && dataOf(event).previous_company_names !== undefined,
    );
    expect(renamed.length).toBeGreaterThan(100);
  });

  it.each(['last_accounts":{"made_up_to', 'confirmation_statement":{"last_made_up_to'])(
    'advances the date of "%s"',
    (member) => {
      const filedUpTo = ({ data }: SimulatedEvent) =>
        JSON.stringify(data ?? null)
          .split(`"${member}":"`)[1]
          ?.slice(0, 10);
      const datesOf = (history: SimulatedEvent[]) =>
        history.map(filedUpTo).filter((date) => date !== undefined);
      const moved = [...histories.values()].filter((history) => new Set(datesOf(history)).size > 1);
      expect(moved.length).toBeGreaterThan(10);
    },
  );

  it('numbers companies as the registers of the UK do', () => {
    const numbers = [...histories.keys()];
    const forms = [/^\d{8}$/, /^SC\d{6}$/, /^NI\d{6}$/, /^OC\d{6}$/, /^OE\d{6}$/, /^FC\d{6}$/, /^IP\d{5}R$/];
    for (const form of forms) expect(numbers.some((number) => form.test(number))).toBe(true);
    expect(numbers.every((number) => forms.some((form) => form.test(number)))).toBe(true);
  });

  it('leaves the upper half of every register to companies that only files have', () => {
    const highest = [...histories.keys()].map((number) => number.replace(/\D/g, '').charAt(0));
    expect(new Set(highest)).toEqual(new Set(['0', '1', '2', '3', '4']));
  });

  it('has foreign companies with their origin, and community interest companies of two types', () => {
    const profiles = events.filter((event) => isChanged(event) && !hasOnlyLinks(event)).map(dataOf);
    const foreign = profiles.filter(({ company_number }) => String(company_number).startsWith('FC'));
    const community = profiles.filter(({ subtype }) => subtype === 'community-interest-company');
    for (const profile of foreign)
      expect(profile).toMatchObject({ type: 'oversea-company', foreign_company_details: expect.anything() });
    expect(new Set(community.map(({ type }) => type))).toEqual(
      new Set(['ltd', 'private-limited-guarant-nsc']),
    );
  });

  it('gives the accounting reference day as text and as a number, and "null" as accounts type', () => {
    const text = events.map(({ data }) => JSON.stringify(data)).join();
    expect(text).toMatch(/"accounting_reference_date":\{"day":"\d\d"/);
    expect(text).toMatch(/"accounting_reference_date":\{"day":\d+,/);
    expect(text).toContain('"last_accounts":{"type":"null"}');
  });

  it('writes letters of several bytes, emoji and raw line separators', () => {
    const missing = new Set(['É', 'Ŵ', 'ŷ', '🐝', '\u2028', '&', '<', '>', '\\"']);
    const world = createWorld(1, ['companies']);
    for (let event = 0; event < 100_000 && missing.size > 0; event += 1) {
      const text = JSON.stringify(world.next().data) ?? '';
      for (const letter of missing) if (text.includes(letter)) missing.delete(letter);
    }
    expect([...missing]).toEqual([]);
  });

  it('changes one company several times in a row', () => {
    const repeats = events.filter((event, index) => events[index - 1]?.companyNumber === event.companyNumber);
    expect(repeats.length).toBeGreaterThan(EVENTS / 10);
  });

  it('mostly has events of known companies, in documents of the usual size', () => {
    expect(histories.size).toBeLessThan(EVENTS / 5);
    const sizes = events.map((event) => encodeEvent(event, 22_000_001, 0).length);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / EVENTS;
    expect(mean).toBeGreaterThan(1_000);
    expect(mean).toBeLessThan(1_500);
  });
});
