import { createLottery, type Random } from '../../random.ts';
import { OVERSEAS } from '../registration.ts';
import type { Form } from './forms.ts';

/** The forms for an appointment to an office, its termination and a change of particulars. */
export interface OfficeForms {
  readonly appointment: Form;
  readonly termination: Form;
  readonly particulars: Form;
}

const drawOfCompany = createLottery([
  [72, 'director'],
  [14, 'secretary'],
  [3, 'corporate-director'],
  [4, 'corporate-secretary'],
]);
const drawOfPartnership = createLottery([
  [60, 'llp-designated-member'],
  [35, 'llp-member'],
  [5, 'corporate-llp-member'],
]);
const drawOfOverseasEntity = createLottery([
  [70, 'managing-officer'],
  [30, 'corporate-managing-officer'],
]);

/** Draws a role that a company of the type can have. */
export function drawRole(random: Random, companyType: string): string {
  if (companyType === 'llp') return drawOfPartnership(random);
  return companyType === OVERSEAS ? drawOfOverseasEntity(random) : drawOfCompany(random);
}

type Codes = readonly [appointment: string, termination: string, particulars: string];

function formsOf([appointment, termination, particulars]: Codes, office: string): OfficeForms {
  const category = 'officers';
  return {
    appointment: {
      type: appointment,
      category,
      subcategory: 'appointments',
      description: `appoint-${office}-with-name-date`,
    },
    termination: {
      type: termination,
      category,
      subcategory: 'termination',
      description: `termination-${office.replace(/^(person|corporate)-/, '')}-with-name-termination-date`,
    },
    particulars: {
      type: particulars,
      category,
      subcategory: 'change',
      description: `change-${office}-with-change-date`,
    },
  };
}

const LLP_MEMBER = formsOf(['LLAP01', 'LLTM01', 'LLCH01'], 'person-member-limited-liability-partnership');
const CORPORATE_LLP_MEMBER = formsOf(
  ['LLAP02', 'LLTM01', 'LLCH02'],
  'corporate-member-limited-liability-partnership',
);
// An overseas entity reports its officers in its update statement.
const MANAGING_OFFICER = formsOf(['OE02', 'OE02', 'OE02'], 'managing-officer-overseas-entity');

/** The forms of each simulated role. */
export const OFFICE_FORMS: Readonly<Record<string, OfficeForms>> = {
  director: formsOf(['AP01', 'TM01', 'CH01'], 'person-director-company'),
  'corporate-director': formsOf(['AP02', 'TM01', 'CH02'], 'corporate-director-company'),
  secretary: formsOf(['AP03', 'TM02', 'CH03'], 'person-secretary-company'),
  'corporate-secretary': formsOf(['AP04', 'TM02', 'CH04'], 'corporate-secretary-company'),
  'llp-member': LLP_MEMBER,
  'llp-designated-member': LLP_MEMBER,
  'corporate-llp-member': CORPORATE_LLP_MEMBER,
  'managing-officer': MANAGING_OFFICER,
  'corporate-managing-officer': MANAGING_OFFICER,
};
