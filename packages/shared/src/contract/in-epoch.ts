import type { ParsedLine } from './envelope.ts';
import { storedTimepoint } from './epoch.ts';

/** A line with its stored timepoint, given the base of the epoch in which it came. */
export function inEpoch(line: ParsedLine, base: number): ParsedLine {
  const published = line.isEvent ? line.event.timepoint : line.broken.timepoint;
  if (published === null) return line;
  const timepoint = storedTimepoint(published, base);
  if (!line.isEvent) return { isEvent: false, broken: { ...line.broken, timepoint } };
  if (timepoint !== null) return { isEvent: true, event: { ...line.event, timepoint } };
  const { resourceUri, raw } = line.event;
  const detail = `event.timepoint: no stream has counted to ${published}`;
  return {
    isEvent: false,
    broken: { timepoint, resourceUri, reason: 'envelope', detail, path: 'event.timepoint', line: raw },
  };
}
