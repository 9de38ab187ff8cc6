import { describe, expect, it } from '@jest/globals';
import { streamNamed } from '@timepoint/shared/contract/streams';
import { namesOf, render } from './render.ts';

describe('Timepoint, putting names into a statement,', () => {
  it('fills the places and leaves casts and parameters alone', () => {
    const statement = 'select :resolve(data, $1::date) from register.:table';
    expect(render(statement, namesOf(streamNamed('company-exemptions')))).toBe(
      'select register.resolve_whole(data, $1::date) from register.company_exemptions',
    );
  });

  it('runs no statement with a place that has no name', () => {
    const filings = namesOf(streamNamed('filings'));
    expect(() => render('select :resolve(data) from register.:table', filings)).toThrow(/:resolve/);
  });
});
