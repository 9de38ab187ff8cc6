import type { Random } from '../random.ts';
import { deletedDataOfNobody } from './deletes.ts';
import type { Telling } from './event.ts';
import type { CompanyTelling } from './lives.ts';

/** Tells something of a company on its stream. */
export function tellCompany(companyNumber: string, { type, data }: CompanyTelling): Telling {
  return {
    stream: 'companies',
    resourceKind: 'company-profile',
    resourceUri: `/company/${companyNumber}`,
    resourceId: companyNumber,
    companyNumber,
    type,
    data,
  };
}

/** How often the deletion of a company is told that never was. */
export const NOBODY_SHARE = 0.003;

/** Tells the deletion of a company that never was. */
export function tellNobody(companyNumber: string, random: Random): Telling {
  return tellCompany(companyNumber, { type: 'deleted', data: deletedDataOfNobody(companyNumber, random) });
}
