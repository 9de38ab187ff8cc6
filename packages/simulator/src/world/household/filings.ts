import { chance, int } from '../../random.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { belong, type Household } from './household.ts';
import { newId } from './ids.ts';
import { tell } from './tell.ts';

/** A form of the registrar: its name, where it is filed and how it is described. */
export interface Form {
  readonly type: string;
  readonly category: string;
  readonly subcategory?: string | readonly string[];
  readonly description: string;
}

/** The forms that the simulated companies file, by what happened. */
export const FORMS = {
  incorporation: { type: 'NEWINC', category: 'incorporation', description: 'incorporation-company' },
  accounts: { type: 'AA', category: 'accounts', description: 'accounts-with-accounts-type-micro-entity' },
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
  liquidation: {
    type: '600',
    category: 'insolvency',
    description: 'liquidation-voluntary-appointment-of-liquidator',
  },
  appointment: {
    type: 'AP01',
    category: 'officers',
    subcategory: 'appointments',
    description: 'appoint-person-director-company-with-name-date',
  },
  resignation: {
    type: 'TM01',
    category: 'officers',
    subcategory: 'termination',
    description: 'termination-director-company-with-name-termination-date',
  },
  particulars: {
    type: 'CH01',
    category: 'officers',
    subcategory: 'change',
    description: 'change-person-director-company-with-change-date',
  },
  notification: {
    type: 'PSC01',
    category: 'persons-with-significant-control',
    subcategory: 'notifications',
    description: 'notification-of-a-person-with-significant-control',
  },
  cessation: {
    type: 'PSC07',
    category: 'persons-with-significant-control',
    subcategory: 'cessations',
    description: 'cessation-of-a-person-with-significant-control',
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
  resolution: {
    type: 'RESOLUTIONS',
    category: 'resolution',
    subcategory: ['articles', 'capital'],
    description: 'resolution',
  },
} as const satisfies Record<string, Form>;

/** Files a form and tells it. */
export function file(household: Household, scene: Scene, form: Form): Telling {
  const { random, today } = scene;
  const id = newId(random, 22);
  const data = {
    // A number in some documents.
    transaction_id: chance(random, 0.01) ? 3_000_000_000 + int(random, 1_000_000) : id,
    barcode: `X${newId(random, 7).toUpperCase().replace(/[_-]/g, '7')}`,
    ...form,
    date: today,
    action_date: chance(random, 0.6) ? today : undefined,
    description_values: { made_up_date: today },
    pages: 1 + int(random, 9),
    paper_filed: chance(random, 0.05) ? true : undefined,
    links: { document_metadata: `https://document.example/document/${newId(random, 43)}` },
  };
  const filing = belong(
    household,
    { stream: 'filings', kind: 'filing-history', path: `filing-history/${id}`, id },
    data,
  );
  household.filings.push(filing);
  // Enough to publish some again; a company files for ever.
  if (household.filings.length > 8) household.filings.shift();
  return tell(filing);
}
