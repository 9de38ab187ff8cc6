import type { StreamName } from '@timepoint/shared/contract/streams';
import type { CompanyProfile } from './profile.ts';

/** The forms in which the publisher may write `published_at`. */
export type PublishedForm = 'seconds' | 'microseconds' | 'offset' | 'half-day';

/** An event before it has a timepoint. It is the same for every run of a seed. */
export interface SimulatedEvent extends ResourceEvent {
  readonly publishedForm: PublishedForm;
  /** The time between `published_at` and the emission. Consecutive times can therefore run backwards. */
  readonly publishedLagMs: number;
  /** The publisher writes the members of the envelope in two orders. */
  readonly isDataFirst: boolean;
}

/** A change or a deletion of a resource, without the details of its publication. */
export interface ResourceEvent extends ResourceIdentity {
  readonly type: 'changed' | 'deleted';
  /** `undefined` when the envelope has no `data` member at all. */
  readonly data: EventData | null | undefined;
  /** The publisher almost never names the changed fields. */
  readonly fieldsChanged?: readonly string[];
}

/** Identifies a resource and its stream. */
export interface ResourceIdentity {
  readonly stream: StreamName;
  readonly resourceKind: string;
  /** With a leading slash, even where the publisher omits it. */
  readonly resourceUri: string;
  readonly resourceId: string;
  /** Null for a resource that belongs to no company. */
  readonly companyNumber: string | null;
}

/** A complete document, a stub with only `links`, or a document of the publisher's internal form. */
export type EventData = CompanyProfile | Stub | Readonly<Record<string, unknown>>;

export interface Stub {
  readonly links: Readonly<Record<string, string>>;
}
