import type { ParsedLine } from './envelope.ts';
import { storedTimepoint } from './epoch.ts';

/** Replaces the publisher's timepoint of a line by the stored one, given the base of its epoch. */
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
