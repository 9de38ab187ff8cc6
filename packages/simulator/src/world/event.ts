import type { CompanyProfile } from './profile.ts';

/** How the publisher may write `published_at`. */
export type PublishedForm = 'seconds' | 'microseconds' | 'offset';

/** What happened, before it has a timepoint: the same for every run of a seed. */
export interface SimulatedEvent {
  readonly resourceKind: string;
  readonly resourceUri: string;
  readonly resourceId: string;
  readonly companyNumber: string;
  readonly type: 'changed' | 'deleted';
  /** `undefined` when the envelope has no `data` member at all. */
  readonly data: EventData | null | undefined;
  readonly publishedForm: PublishedForm;
  /** How long before its emission the event claims to be published: neighbours can run backwards. */
  readonly publishedLagMs: number;
  /** The publisher writes the members of the envelope in two orders. */
  readonly isDataFirst: boolean;
}

/** A whole document, a stub with only `links`, or a raw internal document. */
export type EventData = CompanyProfile | Stub | Readonly<Record<string, unknown>>;

export interface Stub {
  readonly links: Readonly<Record<string, string>>;
}
