import type { ResourceTruth } from '../../truth/fold.ts';
import type { EventData } from '../../world/event.ts';
import type { CompanyProfile } from '../../world/profile.ts';
import type { Counts, Listing } from './listed-company.ts';
import { isLive } from './words.ts';

/**
 * Lists the companies of the world that the file has, by name. Dissolved and deleted companies are absent. So are
 * companies whose newest document is a stub, as a row needs a name and a status.
 */
export function listLive(companies: readonly ResourceTruth[], charges: readonly ResourceTruth[]): Listing[] {
  const chargesOf = Map.groupBy(
    charges.filter(({ deleted }) => !deleted),
    ({ company_number }) => company_number,
  );
  return companies
    .filter(({ deleted }) => !deleted)
    .map(({ data }) => data)
    .filter(isProfile)
    .filter(({ company_status }) => isLive(company_status))
    .sort(byName)
    .map((company) => ({ company, counts: countCharges(chargesOf.get(company.company_number) ?? []) }));
}

function isProfile(data: EventData | null): data is CompanyProfile {
  return data !== null && 'company_name' in data;
}

function byName(a: CompanyProfile, b: CompanyProfile): number {
  return inOrder(a.company_name, b.company_name) || inOrder(a.company_number, b.company_number);
}

function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function countCharges(charges: readonly ResourceTruth[]): Counts {
  const statuses = charges.map(({ data }) => Object(data).status);
  const count = (...wanted: readonly string[]) => statuses.filter((status) => wanted.includes(status)).length;
  return {
    charges: charges.length,
    outstanding: count('outstanding'),
    partSatisfied: count('part-satisfied'),
    satisfied: count('fully-satisfied', 'satisfied'),
    generalPartners: 0,
    limitedPartners: 0,
  };
}
