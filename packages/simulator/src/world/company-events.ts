import type { Random } from '../random.ts';
import type { ProfileEvent } from './company.ts';
import { deletedDataOfUnknown } from './deletes.ts';
import type { ResourceEvent } from './event.ts';

/** Makes an event of the stream companies from its type and its data. */
export function companyEvent(companyNumber: string, { type, data }: ProfileEvent): ResourceEvent {
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

/** The probability that an event deletes a company that never existed. */
export const UNKNOWN_COMPANY_SHARE = 0.003;

/** Emits the deletion of a company that never existed. */
export function deleteUnknownCompany(companyNumber: string, random: Random): ResourceEvent {
  return companyEvent(companyNumber, { type: 'deleted', data: deletedDataOfUnknown(companyNumber, random) });
}
