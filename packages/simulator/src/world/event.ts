import type { StreamName } from '@timepoint/shared/contract/streams';
import type { CompanyProfile } from './profile.ts';

/** How the publisher may write `published_at`. */
export type PublishedForm = 'seconds' | 'microseconds' | 'offset' | 'half-day';

/** What a stream tells, before it has a timepoint: the same for every run of a seed. */
export interface SimulatedEvent extends Telling {
  readonly publishedForm: PublishedForm;
  /** How long before its emission the event claims to be published: neighbours can run backwards. */
  readonly publishedLagMs: number;
  /** The publisher writes the members of the envelope in two orders. */
  readonly isDataFirst: boolean;
}

/** Something that is told of a resource. */
export interface Telling extends Resource {
  readonly type: 'changed' | 'deleted';
  /** `undefined` when the envelope has no `data` member at all. */
  readonly data: EventData | null | undefined;
  /** Almost never there: the publisher seldom says what changed. */
  readonly fieldsChanged?: readonly string[];
}

/** What is told of, and on which stream. */
export interface Resource {
  readonly stream: StreamName;
  readonly resourceKind: string;
  /** With a leading slash, also where the publisher leaves it out. */
  readonly resourceUri: string;
  readonly resourceId: string;
  /** Null for what belongs to no company. */
  readonly companyNumber: string | null;
}

/** A whole document, a stub with only `links`, or a raw internal document. */
export type EventData = CompanyProfile | Stub | Readonly<Record<string, unknown>>;

export interface Stub {
  readonly links: Readonly<Record<string, string>>;
}
