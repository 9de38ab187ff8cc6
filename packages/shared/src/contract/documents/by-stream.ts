import type { z } from 'zod';
import type { StreamName } from '../streams.ts';
import { charge } from './charges.ts';
import { company } from './companies.ts';
import { exemptions } from './company-exemptions.ts';
import { disqualifiedOfficer } from './disqualified-officers.ts';
import { filing } from './filings.ts';
import { insolvency } from './insolvency-cases.ts';
import { officer } from './officers.ts';
import { controller } from './persons-with-significant-control.ts';
import { controllerStatement } from './persons-with-significant-control-statements.ts';

/** The document of each stream, as the publisher documents it and is known to send it. */
export const DOCUMENTS = {
  companies: company,
  filings: filing,
  officers: officer,
  'persons-with-significant-control': controller,
  charges: charge,
  'insolvency-cases': insolvency,
  'disqualified-officers': disqualifiedOfficer,
  'company-exemptions': exemptions,
  'persons-with-significant-control-statements': controllerStatement,
} as const satisfies Record<StreamName, z.ZodType>;
