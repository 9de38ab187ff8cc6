import { describe, expect, it } from '@jest/globals';
import { letterQuery, parseActionForm, parseLetterQuery } from './letter-query.ts';

describe('Timepoint, asked for dead letters,', () => {
  it('shows the open ones by default, and takes empty fields for absent', () => {
    const empty = { stream: '', reason: '', state: '', companyNumber: ' ', since: '', until: '', before: '' };
    expect(parseLetterQuery(empty)).toEqual({ filter: { state: 'open' }, before: null });
    expect(parseLetterQuery({})).toEqual({ filter: { state: 'open' }, before: null });
  });

  it('reads every filter, and writes it as it read it', () => {
    const query = {
      stream: 'companies',
      reason: 'rejected',
      fingerprint: 'a & b "…"',
      companyNumber: 'sc123456',
      since: '2026-11-24T15:00',
      until: '2026-11-24T16:00:00.000Z',
      state: 'superseded',
      before: '17',
    };
    const { filter, before } = parseLetterQuery(query);
    expect(filter).toMatchObject({ companyNumber: 'SC123456', since: '2026-11-24T15:00:00.000Z' });
    expect(before).toBe(17);
    const written = Object.fromEntries(new URLSearchParams(letterQuery(filter, before)));
    expect(parseLetterQuery(written)).toEqual({ filter, before });
  });

  it.each([
    { stream: 'companeis' },
    { reason: 'x' },
    { state: 'x' },
    { since: 'yesterday' },
    { before: '-1' },
  ])('refuses %j', (query) => expect(() => parseLetterQuery(query)).toThrow(Object.keys(query)[0]));

  it('reads what is to be done with which', () => {
    expect(parseActionForm({ what: 'replay', id: '5', state: 'superseded', because: '' })).toEqual({
      what: 'replay',
      because: undefined,
      selection: { ids: [5], state: 'superseded' },
    });
    expect(parseActionForm({ what: 'discard', because: ' old ', stream: 'filings' })).toEqual({
      what: 'discard',
      because: 'old',
      selection: { stream: 'filings', state: 'open' },
    });
    for (const form of [{}, { what: 'delete' }, { what: 'replay', state: 'replayed' }])
      expect(() => parseActionForm(form)).toThrow();
  });
});
