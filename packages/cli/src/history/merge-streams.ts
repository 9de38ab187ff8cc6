// Timepoints of two streams can't be compared, and published_at can run backwards within a stream. So events of several
// streams are ordered by published_at, but never against the order of their own stream. Example, with minutes of
// publication: officers 7 at :10, officers 8 at :05 and filings 3 at :07 become filings 3, officers 7, officers 8.

/** The fields that determine the position of an event. */
export interface Placed {
  readonly stream: string;
  readonly timepoint: number;
  readonly published_at: Date | null;
  readonly received_at: Date;
}

/** Sorts events by stream and timepoint, so that the events of each stream are in its own order. */
export function sortByTimepoint<Event extends Placed>(events: readonly Event[]): Event[] {
  return events.toSorted(compareTimepoints);
}

/**
 * Sorts events by publication, and keeps the order of each stream. An event without a time of publication stays behind
 * the one before it. The first of its stream uses the time of reception.
 */
export function mergeStreams<Event extends Placed>(events: readonly Event[]): Event[] {
  const latest = new Map<string, number>();
  return sortByTimepoint(events)
    .map((event) => {
      const before = latest.get(event.stream);
      const at = event.published_at?.getTime() ?? before ?? event.received_at.getTime();
      const shownAt = Math.max(before ?? at, at);
      latest.set(event.stream, shownAt);
      return { event, shownAt };
    })
    .toSorted((one, other) => one.shownAt - other.shownAt || compareTimepoints(one.event, other.event))
    .map(({ event }) => event);
}

function compareTimepoints(one: Placed, other: Placed): number {
  if (one.stream === other.stream) return one.timepoint - other.timepoint;
  return one.stream < other.stream ? -1 : 1;
}
