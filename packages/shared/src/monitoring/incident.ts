// Decides the next step of an incident from what is known of it and nothing else. Example: companies is down at 12:00,
// and people are notified. It is connected at 12:05 and again at the next look, and people are notified that it is
// over. At 12:08 it is down again: people are notified, and this time it must be calm for two minutes to be over.

import type { IncidentJob, IncidentNote } from '../contract/job.ts';
import { STREAM_NAMES } from '../contract/streams.ts';
import { catalogue } from '../queues/catalogue.ts';
import type { ProcessAssessment } from './assessment.ts';
import type { Finding, FindingKind } from './finding.ts';

/** Whether the problem of an incident is there now. */
export type Sighting =
  | { readonly kind: 'present'; readonly finding: Finding }
  | { readonly kind: 'absent' }
  /** It can't be known, or not yet. */
  | { readonly kind: 'unknown' }
  /** This process can never know it, others can. */
  | { readonly kind: 'elsewhere' };

/** What to do about an incident, and its state afterwards. */
export type Step =
  /** Notify people that something is wrong, or that it is over; then save `incident`. */
  | { readonly kind: 'notify'; readonly state: 'fired' | 'resolved'; readonly incident: IncidentJob }
  /** Look again later. */
  | { readonly kind: 'keep'; readonly incident: IncidentJob }
  /** It has been over for long enough. */
  | { readonly kind: 'forget' };

const MINUTE_MS = 60_000;

export interface IncidentTimes {
  /**
   * How long a problem must be absent before its incident is over, in ms: the first time, and after each relapse. So a
   * problem that flaps is notified a few times, and then its incident stays open until the problem has really stopped.
   */
  readonly calmMs: readonly [number, ...number[]];
  /** A problem that comes back within this time after its end is a relapse, in ms. */
  readonly memoryMs: number;
  /**
   * A problem that any process noted within this time is present, in ms: that process may see what this one does not.
   */
  readonly notedMs: number;
}

export const INCIDENT_TIMES: IncidentTimes = {
  // The first is shorter than the time between two looks, so two looks in a row are enough.
  calmMs: [10_000, 2 * MINUTE_MS, 10 * MINUTE_MS],
  memoryMs: 10 * MINUTE_MS,
  // Each process notes the problem at every look.
  notedMs: 15_000,
};

/** Decides what to do about an incident. Pure; `now` in ms since the epoch. */
export function stepIncident(
  incident: IncidentJob,
  sighting: Sighting,
  now: number,
  times: IncidentTimes = INCIDENT_TIMES,
): Step {
  // People are notified even when the problem is over by the time that the webhook can be reached.
  if (!incident.isNotified)
    return { kind: 'notify', state: 'fired', incident: { ...incident, isNotified: true } };
  return incident.endedAt === null
    ? stepOpen(incident, sighting, now, times)
    : stepEnded(incident, incident.endedAt, sighting, now, times);
}

function stepOpen(incident: IncidentJob, sighting: Sighting, now: number, { calmMs }: IncidentTimes): Step {
  if (sighting.kind === 'elsewhere') return { kind: 'keep', incident };
  if (sighting.kind !== 'absent') return { kind: 'keep', incident: { ...incident, calmSince: null } };
  const { relapses } = incident;
  const calmSince = incident.calmSince === null ? null : Math.min(incident.calmSince, now);
  const neededMs = calmMs[Math.min(relapses, calmMs.length - 1)] ?? calmMs[0];
  return calmSince !== null && now - calmSince >= neededMs
    ? { kind: 'notify', state: 'resolved', incident: { ...incident, endedAt: now } }
    : { kind: 'keep', incident: { ...incident, calmSince: calmSince ?? now } };
}

function stepEnded(
  incident: IncidentJob,
  endedAt: number,
  sighting: Sighting,
  now: number,
  { memoryMs }: IncidentTimes,
): Step {
  if (sighting.kind === 'present') {
    const again = { ...incidentOf(sighting.finding, now), relapses: incident.relapses + 1 };
    return { kind: 'notify', state: 'fired', incident: { ...again, isNotified: true } };
  }
  // A clock that was ahead may have put the end into the future.
  const kept = { ...incident, endedAt: Math.min(endedAt, now) };
  return now - endedAt < memoryMs ? { kind: 'keep', incident: kept } : { kind: 'forget' };
}

/** Makes an incident that begins now from a finding. */
export function incidentOf({ kind, stream, severity, text }: Finding, now: number): IncidentJob {
  return {
    kind,
    stream: STREAM_NAMES.find((name) => name === stream) ?? null,
    severity: severity === 'critical' ? 'critical' : 'warning',
    text,
    since: now,
    isNotified: false,
    calmSince: null,
    endedAt: null,
    relapses: 0,
  };
}

/**
 * The note of a process as a finding, null when the note is too old. A note of a clock that is an hour ahead does not
 * count for an hour.
 */
export function noted(
  { kind, stream, severity }: IncidentJob,
  note: IncidentNote | null,
  now: number,
  { notedMs }: IncidentTimes = INCIDENT_TIMES,
): Finding | null {
  if (note === null || Math.abs(now - note.seenAt) > notedMs) return null;
  return { kind: kind as FindingKind, stream, severity, text: note.text };
}

/** Kinds that can be assessed only with an answer of the database. */
const OF_DATABASE: readonly FindingKind[] = ['hole', 'dead-letters', 'store-failing'];
/** Kinds that only a process with a database can assess. */
const WITH_DATABASE: readonly FindingKind[] = [...OF_DATABASE, 'work-failing', 'database-unreachable'];
/** Kinds that can be assessed without the queues. */
const WITHOUT_QUEUES: readonly FindingKind[] = [...OF_DATABASE, 'database-unreachable', 'queue-unreachable'];

/** Whether the problem of an incident is there, according to the assessment of one process. */
export function lookFor(incident: IncidentJob, seen: ProcessAssessment): Sighting {
  const id = catalogue.incidents.jobId(incident);
  const finding = seen.findings.find((found) => catalogue.incidents.jobId(found) === id);
  if (finding !== undefined && isNotifiable(finding)) return { kind: 'present', finding };
  // A stream that was lost again a moment ago is not back, and not yet down for long enough to be notified.
  if (finding?.kind === 'stream-down') return { kind: 'unknown' };
  const isOneOf = (kinds: readonly FindingKind[]) => kinds.some((kind) => kind === incident.kind);
  if (seen.canReachDatabase === null && isOneOf(WITH_DATABASE)) return { kind: 'elsewhere' };
  const needsDatabase = isOneOf([...OF_DATABASE, 'work-failing']);
  const needsQueues = !isOneOf(WITHOUT_QUEUES);
  const isKnown = (seen.canReachDatabase || !needsDatabase) && (seen.canReachQueues || !needsQueues);
  return { kind: isKnown ? 'absent' : 'unknown' };
}

/** Whether people are notified of a finding. */
export function isNotifiable({ severity }: Finding): boolean {
  return severity !== 'note';
}
