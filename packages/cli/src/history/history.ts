import type { CompanyEvent } from '@timepoint/database/events/read-company-events';
import { compareDocuments, type FieldChange } from './compare-documents.ts';
import { type About, describeDocument } from './describe-document.ts';
import { mergeStreams, sortByTimepoint } from './merge-streams.ts';

/** What an event did to its resource. `first seen`: it is the first event of the resource in the log. */
export type WhatHappened =
  | 'first seen'
  | 'changed'
  | 'published again without a change'
  | 'deleted'
  | 're-created';

/** One event in the history of a company. */
export interface HistoryEvent {
  readonly stream: string;
  readonly timepoint: number;
  readonly resource_uri: string;
  readonly published_at: Date | null;
  readonly received_at: Date;
  readonly what: WhatHappened;
  /** The differences from the previous document of the resource, also across a delete. */
  readonly changes: readonly FieldChange[];
  /**
   * Describes a resource that is new or deleted. Absent when no document in the log has the facts; null for a delete when
   * the register does not have them either.
   */
  readonly about?: About | null;
  /** The source of `about` when it is not the log. */
  readonly about_from?: 'tombstone';
}

/** The state of a resource before an event. */
interface Before {
  readonly isDeleted: boolean;
  /** The last known document. A delete does not change it. */
  readonly document: CompanyEvent['data'];
}

/**
 * Describes what each event changed: it is compared with the event of the same resource before it, by timepoint. The
 * result is in the order of {@link mergeStreams}.
 */
export function describeHistory(events: readonly CompanyEvent[]): HistoryEvent[] {
  const known = new Map<string, Before>();
  const described = sortByTimepoint(events).map((event) => {
    const resource = `${event.stream} ${event.resource_uri}`;
    const before = known.get(resource);
    const isDeleted = event.type === 'deleted';
    known.set(resource, { isDeleted, document: (isDeleted ? before?.document : event.data) ?? null });
    return describeEvent(event, before);
  });
  return mergeStreams(described);
}

function describeEvent({ type, data, ...event }: CompanyEvent, before: Before | undefined): HistoryEvent {
  const about = (document: CompanyEvent['data']) => {
    const facts = describeDocument(event.stream, document);
    return facts === null ? {} : { about: facts };
  };
  if (type === 'deleted') {
    const known = before?.document ?? null;
    return { ...event, what: 'deleted', changes: [], ...about(known) };
  }
  if (before === undefined) return { ...event, what: 'first seen', changes: [], ...about(data) };
  const changes = before.document === null || data === null ? [] : compareDocuments(before.document, data);
  if (before.isDeleted) return { ...event, what: 're-created', changes, ...about(data) };
  return { ...event, what: changes.length > 0 ? 'changed' : 'published again without a change', changes };
}
