import type { CompanyEvent } from '@timepoint/database/events/read-company-events';
import { compareDocuments, type FieldChange } from './compare-documents.ts';
import { type About, describeDocument } from './describe-document.ts';
import { mergeStreams, sortByTimepoint } from './merge-streams.ts';

/** What an event did to its resource. `first seen` is the first event of it that the log holds. */
export type WhatHappened =
  | 'first seen'
  | 'changed'
  | 'published again without a change'
  | 'deleted'
  | 're-created';

/** One event of a company's history. */
export interface HistoryEvent {
  readonly stream: string;
  readonly timepoint: number;
  readonly resource_uri: string;
  readonly published_at: Date | null;
  readonly received_at: Date;
  readonly what: WhatHappened;
  /** The differences from the last document of the resource that came before, also across a delete. */
  readonly changes: readonly FieldChange[];
  /**
   * What came or went, of an event that does not only change it. Absent when no document that the log holds says that; null
   * of a delete when the register does not either.
   */
  readonly about?: About | null;
  /** Where `about` is from when it is not from the log. */
  readonly about_from?: 'tombstone';
}

/** What is known of a resource before an event. */
interface Before {
  readonly isDeleted: boolean;
  /** The last known document, which a delete leaves as it is. */
  readonly document: CompanyEvent['data'];
}

/**
 * Tells what each event changed against the one before it of the same resource, by timepoint. The story comes in
 * order of publication, as {@link mergeStreams} has it.
 */
export function tellHistory(events: readonly CompanyEvent[]): HistoryEvent[] {
  const known = new Map<string, Before>();
  const told = sortByTimepoint(events).map((event) => {
    const resource = `${event.stream} ${event.resource_uri}`;
    const before = known.get(resource);
    const isDeleted = event.type === 'deleted';
    known.set(resource, { isDeleted, document: (isDeleted ? before?.document : event.data) ?? null });
    return tellEvent(event, before);
  });
  return mergeStreams(told);
}

function tellEvent({ type, data, ...event }: CompanyEvent, before: Before | undefined): HistoryEvent {
  const about = (document: CompanyEvent['data']) => {
    const described = describeDocument(event.stream, document);
    return described === null ? {} : { about: described };
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
