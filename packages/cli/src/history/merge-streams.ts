// Timepoints of two streams can't be compared, and published_at runs backwards within a stream. So events of several
// streams are shown by published_at, but an event never before one that its own stream sent earlier. Example, with
// minutes of publication: officers 7 at :10, officers 8 at :05 and filings 3 at :07 are shown as filings 3, officers
// 7, officers 8.

/** What the place of an event among those of other streams depends on. */
export interface Placed {
  readonly stream: string;
  readonly timepoint: number;
  readonly published_at: Date | null;
  readonly received_at: Date;
}

/** Puts events by stream and timepoint: the order in which each stream tells its own story. */
export function sortByTimepoint<Event extends Placed>(events: readonly Event[]): Event[] {
  return events.toSorted(compareTimepoints);
}

/**
 * Puts events into the order of publication that keeps the order of each stream. An event that does not say when it
 * was published stays with the one before it, or stands where it was received when it is the first of its stream.
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
