import { ADDRESS, COMPANY, IDENTIFICATION, PERSON } from './document-parts.ts';

const controllerOf = (kind: string, type: string, data: object) => ({
  etag: 'e1',
  kind,
  links: { self: `${COMPANY}/persons-with-significant-control/${type}/aBc_1` },
  notified_on: '2016-04-06',
  ...data,
});

/** For tests: documents of the streams of persons with significant control and of exemptions. */
export const CONTROLLER_DOCUMENTS = {
  'persons-with-significant-control': [
    controllerOf('individual-person-with-significant-control', 'individual', {
      ...PERSON,
      ceased_on: '2026-01-01',
      name: 'Mr Bryn Tregarth',
      name_elements: { title: 'Mr', forename: 'Bryn', middle_name: 'Lorimer', surname: 'Tregarth' },
      natures_of_control: ['ownership-of-shares-25-to-50-percent'],
    }),
    controllerOf('corporate-entity-person-with-significant-control', 'corporate-entity', {
      name: 'Lorimer Limited',
      identification: { ...IDENTIFICATION, country_registered: 'Wales' },
    }),
    controllerOf('legal-person-person-with-significant-control', 'legal-person', {
      identification: { legal_authority: 'Wales', legal_form: 'Council' },
    }),
    controllerOf('legal-person-with-significant-control', 'legal-person', {}),
    controllerOf('super-secure-person-with-significant-control', 'super-secure', {
      ceased: true,
      description: 'super-secure-persons-with-significant-control',
    }),
    controllerOf('individual-beneficial-owner', 'individual-beneficial-owner', {
      ...PERSON,
      is_sanctioned: false,
    }),
    controllerOf('corporate-entity-beneficial-owner', 'corporate-entity-beneficial-owner', {
      is_sanctioned: true,
      principal_office_address: ADDRESS,
    }),
    controllerOf('legal-person-beneficial-owner', 'legal-person-beneficial-owner', { address: ADDRESS }),
    controllerOf('super-secure-beneficial-owner', 'super-secure-beneficial-owner', {
      ceased: '0',
      notified_on: '2023-11-20T08:47:45.378Z',
    }),
  ],
  'company-exemptions': [
    {
      etag: 'e1',
      exemptions: {
        disclosure_transparency_rules_chapter_five_applies: {
          exemption_type: 'disclosure-transparency-rules-chapter-five-applies',
          items: [{ exempt_from: '2022-10-24', exempt_to: '2023-10-24' }],
        },
        psc_exempt_as_trading_on_uk_regulated_market: {
          exemption_type: 'psc-exempt-as-trading-on-uk-regulated-market',
          items: [],
        },
      },
      kind: 'exemptions',
      links: { self: `${COMPANY}/exemptions` },
    },
  ],
  'persons-with-significant-control-statements': [
    {
      etag: 'e1',
      kind: 'persons-with-significant-control-statement',
      linked_psc_name: 'Mr Bryn Tregarth',
      links: {
        self: `${COMPANY}/persons-with-significant-control-statements/aBc`,
        person_with_significant_control: 'x',
      },
      notified_on: '2018-03-20',
      restrictions_notice_withdrawal_reason: 'restrictions-notice-withdrawn-by-company',
      statement: 'no-individual-or-entity-with-signficant-control',
    },
  ],
};
