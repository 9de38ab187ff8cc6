import type { StreamEvent } from '@timepoint/shared/contract/envelope';

/** The state that follows from events of one resource. */
export interface NewestState {
  /** The newest event: it decides everything except the document. */
  readonly event: StreamEvent;
  /** The newest changed event: it has the document. Null when all are deletes. */
  readonly document: StreamEvent | null;
}

/** Folds events into one state for each resource, ordered by its URI. */
export function foldNewest(events: readonly StreamEvent[]): NewestState[] {
  const states = new Map<string, NewestState>();
  for (const event of events) {
    const state = states.get(event.resourceUri);
    states.set(event.resourceUri, {
      event: newer(event, state?.event ?? null),
      document: event.type === 'changed' ? newer(event, state?.document ?? null) : (state?.document ?? null),
    });
  }
  return [...states.values()].toSorted((one, other) =>
    compare(one.event.resourceUri, other.event.resourceUri),
  );
}

function newer(event: StreamEvent, other: StreamEvent | null): StreamEvent {
  return other === null || event.timepoint > other.timepoint ? event : other;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
