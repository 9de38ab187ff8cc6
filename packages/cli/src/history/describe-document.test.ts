import { describe, expect, it } from '@jest/globals';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { describeDocument, formatAbout } from './describe-document.ts';

const DOCUMENTS: Record<string, [object, string]> = {
  companies: [
    {
      company_name: 'PARGETER CANAL LTD',
      company_status: 'active',
      company_status_detail: 'active-proposal-to-strike-off',
      type: 'ltd',
      date_of_creation: '2015-09-01',
    },
    'company PARGETER CANAL LTD, active, active-proposal-to-strike-off, ltd, incorporated 2015-09-01',
  ],
  filings: [
    { date: '2026-02-28', type: 'AA', description: 'accounts-with-accounts-type-full', pages: 3 },
    'filing of 2026-02-28, AA, accounts-with-accounts-type-full',
  ],
  officers: [
    { name: 'PARGETER, Anne', officer_role: 'director', appointed_on: '2020-01-31' },
    'officer PARGETER, Anne, director, appointed 2020-01-31',
  ],
  'persons-with-significant-control': [
    { name: 'Mrs Anne Pargeter', natures_of_control: ['a', 'b'], notified_on: '2016-04-06' },
    'controller Mrs Anne Pargeter, a and b, notified 2016-04-06',
  ],
  charges: [
    {
      charge_code: '098765430001',
      status: 'outstanding',
      persons_entitled: [{ name: 'A Bank' }, { name: 'B Bank' }],
    },
    'charge 098765430001, outstanding, for A Bank and B Bank',
  ],
  'insolvency-cases': [
    { status: ['liquidation'], cases: [{ type: 'creditors-voluntary-liquidation', number: 1 }] },
    'insolvency liquidation, cases creditors-voluntary-liquidation',
  ],
  'disqualified-officers': [
    { forename: 'Anne', surname: 'PARGETER', disqualifications: [{ disqualified_until: '2030-01-01' }] },
    'disqualification of Anne PARGETER, until 2030-01-01',
  ],
  'company-exemptions': [
    { exemptions: { psc_exempt_as_trading_on_regulated_market: {} } },
    'exemptions psc_exempt_as_trading_on_regulated_market',
  ],
  'persons-with-significant-control-statements': [
    { statement: 'no-individual-or-entity-with-signficant-control', notified_on: '2016-04-06' },
    'statement no-individual-or-entity-with-signficant-control, notified 2016-04-06',
  ],
};

describe('Timepoint, describing a document,', () => {
  it.each(STREAM_NAMES)('describes those of %s', (stream) => {
    const [document, text] = DOCUMENTS[stream] ?? [{}, ''];
    const about = describeDocument(stream, document as never);
    expect(about && formatAbout(stream, about)).toBe(text);
  });

  it.each(STREAM_NAMES)(
    'describes nothing of a document of %s without the facts, or with facts of another type',
    (stream) => {
      expect(describeDocument(stream, null)).toBeNull();
      expect(describeDocument(stream, {})).toBeNull();
      const [document] = DOCUMENTS[stream] ?? [{}];
      for (const odd of [null, true, {}, [], [null, { b: [] }]])
        expect(
          describeDocument(stream, Object.fromEntries(Object.keys(document).map((name) => [name, odd]))),
        ).toBeNull();
    },
  );

  it('uses the number of an old charge, and the kind of a protected controller', () => {
    expect(describeDocument('charges', { charge_number: 7 })?.facts).toEqual({ charge_code: '7' });
    const description = 'super-secure-persons-with-significant-control';
    expect(describeDocument('persons-with-significant-control', { description })?.facts).toEqual({
      name: description,
    });
  });
});
