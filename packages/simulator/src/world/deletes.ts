import { createLottery, int, type Random } from '../random.ts';
import type { EventData, Stub } from './event.ts';
import type { CompanyProfile } from './profile.ts';

/** The possible `data` of a `deleted` event. */
type DeletedData = EventData | null | undefined;

const drawForm = createLottery<(profile: CompanyProfile, random: Random) => DeletedData>([
  [30, (profile) => profile],
  [20, internalDocument],
  [15, ({ company_number }) => onlyLinks(company_number)],
  [20, () => null],
  [15, () => undefined],
]);

const drawFormOfUnknown = createLottery<(companyNumber: string) => DeletedData>([
  [20, onlyLinks],
  [40, () => null],
  [40, () => undefined],
]);

/** Makes the `data` of the deletion of a company, in one of the publisher's forms. */
export function deletedData(profile: CompanyProfile, random: Random): DeletedData {
  return drawForm(random)(profile, random);
}

/** Makes the `data` of the deletion of a company that never existed. */
export function deletedDataOfUnknown(companyNumber: string, random: Random): DeletedData {
  return drawFormOfUnknown(random)(companyNumber);
}

/** Makes a stub: a document with only links. */
export function onlyLinks(companyNumber: string): Stub {
  const self = `/company/${companyNumber}`;
  return { links: { self, officers: `${self}/officers` } };
}

/** Makes the document in the form of the publisher's own database. */
function internalDocument(profile: CompanyProfile, random: Random): EventData {
  const officers = 1 + int(random, 3);
  return {
    ...profile,
    annual_return: { last_made_up_to: profile.date_of_creation, overdue: true },
    has_been_liquidated: false,
    undeliverable_registered_office_address: false,
    officer_summary: {
      active_count: officers,
      resigned_count: int(random, 9),
      officers: Array.from({ length: officers }, () => ({
        officer_role: 'director',
        appointed_on: `${profile.date_of_creation}T00:00:00.000Z`,
      })),
    },
  };
}
