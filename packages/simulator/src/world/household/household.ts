import type { Resource } from '../event.ts';
import type { Life } from '../lives.ts';

/** A thing that belongs to a company, as it stands now. */
export interface Belonging {
  readonly resource: Resource;
  data: Readonly<Record<string, unknown>>;
  isDeleted: boolean;
  /** Resigned, ceased or satisfied: nothing more happens to it but that it is published again. */
  isOver: boolean;
}

/** What a company has beside its profile. */
export interface Household {
  readonly life: Life;
  readonly officers: Belonging[];
  readonly controllers: Belonging[];
  readonly statements: Belonging[];
  readonly charges: Belonging[];
  readonly filings: Belonging[];
  insolvency: Belonging | undefined;
  exemptions: Belonging | undefined;
}

/** The household of a company that has none of it yet. */
export function createHousehold(life: Life): Household {
  return {
    life,
    officers: [],
    controllers: [],
    statements: [],
    charges: [],
    filings: [],
    insolvency: undefined,
    exemptions: undefined,
  };
}

/** A new belonging of a company. */
export function belong(
  { life: { companyNumber } }: Household,
  place: { stream: Resource['stream']; kind: string; path: string; id: string },
  data: Readonly<Record<string, unknown>>,
): Belonging {
  const self = `/company/${companyNumber}/${place.path}`;
  const resource: Resource = {
    stream: place.stream,
    resourceKind: place.kind,
    resourceUri: self,
    resourceId: place.id,
    companyNumber,
  };
  const links = { self, ...(data.links as object | undefined) };
  return { resource, data: { ...data, links }, isDeleted: false, isOver: false };
}

/** Everything of a household that the streams may tell of again. */
export function belongingsOf(household: Household): Belonging[] {
  const { officers, controllers, statements, charges, filings, insolvency, exemptions } = household;
  const single = [insolvency, exemptions].filter((belonging) => belonging !== undefined);
  return [...officers, ...controllers, ...statements, ...charges, ...filings, ...single];
}
