import type { MissingRange } from '@timepoint/database/coverage/save-holes';
import type { Letter } from '@timepoint/database/letters/save-letters';
import { decodeText } from '@timepoint/shared/contract/decode-text';
import {
  type BrokenLine,
  type ParsedLine,
  parseLine,
  type StreamEvent,
} from '@timepoint/shared/contract/envelope';
import { epochBaseOf } from '@timepoint/shared/contract/epoch';
import { inEpoch } from '@timepoint/shared/contract/in-epoch';
import type { EventsJob } from '@timepoint/shared/contract/job';
import type { Batch } from './batch.ts';

type Range = Pick<EventsJob, 'after' | 'upTo' | 'holes'>;

/** Reads the lines of a job: every line becomes an event or a letter. */
export function readLines(job: EventsJob): Batch {
  const base = epochBaseOf(job.upTo);
  const bytes = new Map(job.undecodable?.map((line) => [line.index, Buffer.from(line.bytes, 'base64')]));
  const parsed = job.lines.map((line, index) => {
    const raw = bytes.get(index);
    return inEpoch(parseLine(raw === undefined ? line : decodeText(raw, false)), base);
  });
  const misnumbered = new Set(job.misnumbered);
  const places = placeLines(
    parsed.map((line, index) => (misnumbered.has(index) ? null : timepointOf(line))),
    job,
  );
  const events = new Map<number, StreamEvent>();
  const repeats: StreamEvent[] = [];
  const letters: Letter[] = [];
  for (const [index, line] of parsed.entries()) {
    if (misnumbered.has(index)) letters.push(toMisnumbered(line, places[index] ?? null));
    else if (!line.isEvent) letters.push(toLetter(line.broken, places[index] ?? null));
    else if (events.has(line.event.timepoint)) repeats.push(line.event);
    else events.set(line.event.timepoint, line.event);
  }
  const { stream, origin, after, upTo, receivedAt } = job;
  return {
    stream,
    origin,
    after,
    upTo,
    receivedAt,
    events: [...events.values()].toSorted((one, other) => one.timepoint - other.timepoint),
    repeats,
    letters,
    holes: [...job.holes, ...findGaps(places, job)],
    replayedLetter: null,
  };
}

/**
 * Finds the timepoints of lines that have none. The stream counts without gaps: two unreadable lines between 101 and 104
 * must be 102 and 103. Any other number of lines there gets no place. A line also gets no place where the ingestor declared a
 * hole, and after the last event, because nothing shows how many events were missed there.
 */
export function placeLines(
  timepoints: readonly (number | null)[],
  { after, holes }: Range,
): (number | null)[] {
  const places = [...timepoints];
  let last: number = after;
  let unplaced: number[] = [];
  const settle = (next: number) => {
    const isInHole = holes.some((hole) => hole.after < next - 1 && hole.upTo > last);
    const fits = !isInHole && next - last - 1 === unplaced.length;
    for (const [step, index] of unplaced.entries()) places[index] = fits ? last + 1 + step : null;
    unplaced = [];
  };
  for (const [index, timepoint] of timepoints.entries()) {
    if (timepoint === null) {
      unplaced.push(index);
    } else if (timepoint > last) {
      settle(timepoint);
      last = timepoint;
    }
  }
  return places;
}

function timepointOf(line: ParsedLine): number | null {
  return line.isEvent ? line.event.timepoint : line.broken.timepoint;
}

/** The ranges of `(after, upTo]` without a line that the ingestor did not declare as holes. */
function findGaps(places: readonly (number | null)[], { after, upTo, holes }: EventsJob): MissingRange[] {
  const ranges = [
    ...places.filter((place) => place !== null).map((place) => ({ after: place - 1, upTo: place })),
    ...holes,
  ].toSorted((one, other) => one.after - other.after);
  const gaps: MissingRange[] = [];
  let last: number = after;
  for (const range of [...ranges, { after: upTo, upTo }]) {
    if (range.after > last)
      gaps.push({ after: last, upTo: Math.min(range.after, upTo), cause: 'unexplained', attempts: 0 });
    last = Math.max(last, range.upTo);
  }
  return gaps;
}

function toLetter(broken: BrokenLine, timepoint: number | null): Letter {
  const { resourceUri, reason, detail, path, line } = broken;
  return { timepoint, resourceUri, reason, detail, path, raw: line };
}

/** Why an event with a wrong timepoint is a letter. It stays a letter at every replay. */
export const MISNUMBERED = 'the events around it contradict its timepoint';

function toMisnumbered(line: ParsedLine, timepoint: number | null): Letter {
  const { resourceUri, raw } = line.isEvent
    ? line.event
    : { resourceUri: line.broken.resourceUri, raw: line.broken.line };
  const detail = `event.timepoint: ${MISNUMBERED}`;
  return { timepoint, resourceUri, reason: 'envelope', detail, path: 'event.timepoint', raw };
}
