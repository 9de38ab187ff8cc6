import type { Resource } from '../event.ts';
import type { Life } from '../lives.ts';

/** `data` of anything but a company. */
export type Document = Readonly<Record<string, unknown>>;

/** A thing with a document of its own, as it stands now; most belong to a company. */
export interface Belonging {
  readonly resource: Resource;
  data: Document;
  /** The document before the last change. */
  before: Document | undefined;
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
  data: Document,
): Belonging {
  const self = `/company/${companyNumber}/${place.path}`;
  const resource: Resource = {
    stream: place.stream,
    resourceKind: place.kind,
    resourceUri: self,
    resourceId: place.id,
    companyNumber,
  };
  return keep(resource, { ...data, links: { self, ...Object(data.links) } });
}

/** A thing that is new. */
export function keep(resource: Resource, data: Document): Belonging {
  return { resource, data, before: undefined, isDeleted: false, isOver: false };
}

/** Those to which something can still happen. */
export function inForce(belongings: readonly Belonging[]): Belonging[] {
  return belongings.filter(({ isOver, isDeleted }) => !isOver && !isDeleted);
}

/** Everything of a household that the streams may tell of again. */
export function belongingsOf(household: Household): Belonging[] {
  const { officers, controllers, statements, charges, filings, insolvency, exemptions } = household;
  const single = [insolvency, exemptions].filter((belonging) => belonging !== undefined);
  return [...officers, ...controllers, ...statements, ...charges, ...filings, ...single];
}
