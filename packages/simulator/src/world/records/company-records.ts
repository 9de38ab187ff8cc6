import type { Company } from '../company.ts';
import type { ResourceIdentity } from '../event.ts';

/** `data` of a resource that is no company profile. */
export type Document = Readonly<Record<string, unknown>>;

/** A resource of the register with its current document. Most of them belong to a company. */
export interface RegisterResource {
  readonly identity: ResourceIdentity;
  data: Document;
  /** The document before the last change. */
  before: Document | undefined;
  isDeleted: boolean;
  /** Resigned, ceased or satisfied: the resource is only republished or deleted from then on. */
  isOver: boolean;
}

/** The records of a company beside its profile. */
export interface CompanyRecords {
  readonly company: Company;
  readonly officers: RegisterResource[];
  readonly controllers: RegisterResource[];
  readonly statements: RegisterResource[];
  readonly charges: RegisterResource[];
  readonly filings: RegisterResource[];
  insolvency: RegisterResource | undefined;
  exemptions: RegisterResource | undefined;
}

/** Creates the records of a company that has only a profile. */
export function createRecords(company: Company): CompanyRecords {
  return {
    company,
    officers: [],
    controllers: [],
    statements: [],
    charges: [],
    filings: [],
    insolvency: undefined,
    exemptions: undefined,
  };
}

/** Creates a resource of a company. `path` is relative to the URI of the company. */
export function createCompanyResource(
  { company: { companyNumber } }: CompanyRecords,
  place: { stream: ResourceIdentity['stream']; kind: string; path: string; id: string },
  data: Document,
): RegisterResource {
  const self = `/company/${companyNumber}/${place.path}`;
  const identity: ResourceIdentity = {
    stream: place.stream,
    resourceKind: place.kind,
    resourceUri: self,
    resourceId: place.id,
    companyNumber,
  };
  return createResource(identity, { ...data, links: { self, ...Object(data.links) } });
}

/** Creates a resource with its first document. */
export function createResource(identity: ResourceIdentity, data: Document): RegisterResource {
  return { identity, data, before: undefined, isDeleted: false, isOver: false };
}

/** Selects the resources that can still change. */
export function inForce(resources: readonly RegisterResource[]): RegisterResource[] {
  return resources.filter(({ isOver, isDeleted }) => !isOver && !isDeleted);
}

/** Lists every resource of a company that the streams may publish again. */
export function resourcesOf(records: CompanyRecords): RegisterResource[] {
  const { officers, controllers, statements, charges, filings, insolvency, exemptions } = records;
  const single = [insolvency, exemptions].filter((resource) => resource !== undefined);
  return [...officers, ...controllers, ...statements, ...charges, ...filings, ...single];
}
