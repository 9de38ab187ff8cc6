/** A form of the registrar: its type, its category and its description. */
export interface Form {
  readonly type: string;
  readonly category: string;
  readonly subcategory?: string | readonly string[];
  readonly description: string;
}

const CONTROL = 'persons-with-significant-control';
const LIQUIDATION = 'insolvency';

/** The forms of simulated companies, by what they report. Those of officers are in `OFFICE_FORMS`. */
export const FORMS = {
  incorporation: { type: 'NEWINC', category: 'incorporation', description: 'incorporation-company' },
  overseasRegistration: {
    type: 'OE01',
    category: 'incorporation',
    description: 'registration-of-an-overseas-entity',
  },
  foreignRegistration: {
    type: 'OSIN01',
    category: 'incorporation',
    description: 'register-overseas-company-with-uk-establishment',
  },
  accounts: { type: 'AA', category: 'accounts', description: 'accounts-with-accounts-type-' },
  statement: {
    type: 'CS01',
    category: 'confirmation-statement',
    description: 'confirmation-statement-with-no-updates',
  },
  address: {
    type: 'AD01',
    category: 'address',
    description: 'change-registered-office-address-company-with-date-old-address-new-address',
  },
  name: { type: 'CERTNM', category: 'change-of-name', description: 'certificate-change-of-name-company' },
  proposal: { type: 'GAZ1', category: 'gazette', description: 'gazette-notice-compulsory' },
  withdrawal: { type: 'DISS40', category: 'gazette', description: 'gazette-filings-brought-up-to-date' },
  dissolution: { type: 'GAZ2', category: 'gazette', description: 'gazette-dissolved-compulsory' },
  restoration: { type: 'AC92', category: 'restoration', description: 'restoration-order-of-court' },
  voluntaryLiquidation: {
    type: '600',
    category: LIQUIDATION,
    description: 'liquidation-voluntary-appointment-of-liquidator',
  },
  windingUp: {
    type: 'COCOMP',
    category: LIQUIDATION,
    description: 'liquidation-compulsory-winding-up-order',
  },
  administration: {
    type: 'AM01',
    category: LIQUIDATION,
    description: 'liquidation-in-administration-appointment-of-administrator',
  },
  arrangement: {
    type: 'CVA1',
    category: LIQUIDATION,
    description: 'liquidation-voluntary-arrangement-meeting-approving-companies-voluntary-arrangement',
  },
  receivership: {
    type: 'RM01',
    category: LIQUIDATION,
    description: 'liquidation-receiver-appointment-of-receiver',
  },
  progress: {
    type: 'LIQ03',
    category: LIQUIDATION,
    description: 'liquidation-voluntary-creditors-return-of-progress-report-with-brought-down-date',
  },
  notification: {
    type: 'PSC01',
    category: CONTROL,
    subcategory: 'notifications',
    description: 'notification-of-a-person-with-significant-control',
  },
  controllerParticulars: {
    type: 'PSC04',
    category: CONTROL,
    subcategory: 'change',
    description: 'change-to-a-person-with-significant-control',
  },
  cessation: {
    type: 'PSC07',
    category: CONTROL,
    subcategory: 'cessations',
    description: 'cessation-of-a-person-with-significant-control',
  },
  controlStatement: {
    type: 'PSC08',
    category: CONTROL,
    subcategory: 'statements',
    description: 'notification-of-a-person-with-significant-control-statement',
  },
  controlStatementWithdrawal: {
    type: 'PSC09',
    category: CONTROL,
    subcategory: 'statements',
    description: 'withdrawal-of-a-person-with-significant-control-statement',
  },
  charge: {
    type: 'MR01',
    category: 'mortgage',
    subcategory: 'create',
    description: 'mortgage-create-with-deed-with-charge-number-charge-creation-date',
  },
  satisfaction: {
    type: 'MR04',
    category: 'mortgage',
    subcategory: 'satisfy',
    description: 'mortgage-satisfy-charge-full',
  },
  release: {
    type: 'MR05',
    category: 'mortgage',
    subcategory: 'release-cease',
    description: 'mortgage-charge-part-release-with-charge-number',
  },
  resolution: {
    type: 'RESOLUTIONS',
    category: 'resolution',
    subcategory: ['articles', 'capital'],
    description: 'resolution',
  },
  articles: { type: 'MA', category: 'incorporation', description: 'memorandum-articles' },
  allotment: { type: 'SH01', category: 'capital', description: 'capital-allotment-shares' },
  inspection: {
    type: 'AD02',
    category: 'address',
    description: 'change-sail-address-company-with-new-address',
  },
} as const satisfies Record<string, Form>;
