// What becomes of an incident, decided from what is known of it and nothing else. Example: companies is down at 12:00
// and people are told; it is connected at 12:05 and again at the next look, so they are told that it is over. At 12:08
// it is down again: they are told, and this time it must be calm for two minutes to be over.

import type { IncidentJob, IncidentNote } from '../contract/job.ts';
import { STREAM_NAMES } from '../contract/streams.ts';
import type { Judgement } from './assessment.ts';
import type { Finding, FindingKind } from './finding.ts';

/** Whether what an incident is about is there now. */
export type Sighting =
  | { readonly kind: 'present'; readonly finding: Finding }
  | { readonly kind: 'absent' }
  /** That can't be told, or not yet. */
  | { readonly kind: 'unknown' }
  /** This process never can tell, others can. */
  | { readonly kind: 'elsewhere' };

/** What to do about an incident, and how it is afterwards. */
export type Step =
  /** Tell people that something is wrong, or that it is over; then note `incident`. */
  | { readonly kind: 'tell'; readonly state: 'fired' | 'resolved'; readonly incident: IncidentJob }
  /** Look again later. */
  | { readonly kind: 'keep'; readonly incident: IncidentJob }
  /** It is long over. */
  | { readonly kind: 'forget' };

const MINUTE_MS = 60_000;

export interface IncidentTimes {
  /**
   * How long it must be gone to be over, in ms: at first, and after each relapse. So what flaps is told a few times and
   * then stays open until it has really stopped.
   */
  readonly calmMs: readonly [number, ...number[]];
  /** What comes back within this time after its end is a relapse, in ms. */
  readonly memoryMs: number;
  /** What any process has noted within this time is there, in ms: it may see what this one does not. */
  readonly notedMs: number;
}

export const INCIDENT_TIMES: IncidentTimes = {
  // The first is shorter than two looks, so that it takes two of them.
  calmMs: [10_000, 2 * MINUTE_MS, 10 * MINUTE_MS],
  memoryMs: 10 * MINUTE_MS,
  // Each notes it at every look.
  notedMs: 15_000,
};

/** Decides what to do about an incident. Pure; `now` in ms since the epoch. */
export function stepIncident(
  incident: IncidentJob,
  sighting: Sighting,
  now: number,
  times: IncidentTimes = INCIDENT_TIMES,
): Step {
  // People are told of what happened also when it is over by the time that they can be reached.
  if (!incident.isTold) return { kind: 'tell', state: 'fired', incident: { ...incident, isTold: true } };
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
    ? { kind: 'tell', state: 'resolved', incident: { ...incident, endedAt: now } }
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
    return { kind: 'tell', state: 'fired', incident: { ...again, isTold: true } };
  }
  // By a clock that was ahead it ended in the future: it is over by now.
  const kept = { ...incident, endedAt: Math.min(endedAt, now) };
  return now - endedAt < memoryMs ? { kind: 'keep', incident: kept } : { kind: 'forget' };
}

/** A finding of which people are told, as an incident that begins now. */
export function incidentOf({ kind, stream, severity, text }: Finding, now: number): IncidentJob {
  return {
    kind,
    stream: STREAM_NAMES.find((name) => name === stream) ?? null,
    severity: severity === 'critical' ? 'critical' : 'warning',
    text,
    since: now,
    isTold: false,
    calmSince: null,
    endedAt: null,
    relapses: 0,
  };
}

/** The id of an incident: the same for everybody who finds it. */
export function incidentIdOf({ kind, stream }: { kind: string; stream: string | null }): string {
  return stream === null ? kind : `${kind}.${stream}`;
}

/** What a process has noted, as long as it counts: not for an hour when its clock was an hour ahead. */
export function noted(
  { kind, stream, severity }: IncidentJob,
  note: IncidentNote | null,
  now: number,
  { notedMs }: IncidentTimes = INCIDENT_TIMES,
): Finding | null {
  if (note === null || Math.abs(now - note.seenAt) > notedMs) return null;
  return { kind: kind as FindingKind, stream, severity, text: note.text };
}

/** What only the database can tell. */
const OF_DATABASE: readonly FindingKind[] = ['hole', 'dead-letters', 'store-failing'];
/** What only a process with a database can tell. */
const WITH_DATABASE: readonly FindingKind[] = [...OF_DATABASE, 'work-failing', 'database-unreachable'];
/** What can be told without the queues. */
const WITHOUT_QUEUES: readonly FindingKind[] = [...OF_DATABASE, 'database-unreachable', 'queue-unreachable'];

/** Whether what an incident is about is there, as far as a judgement can tell. */
export function lookFor(incident: IncidentJob, seen: Judgement): Sighting {
  const id = incidentIdOf(incident);
  const finding = seen.findings.find((found) => incidentIdOf(found) === id);
  if (finding !== undefined && isTold(finding)) return { kind: 'present', finding };
  // A stream that was lost again a moment ago is not back, nor down for long enough to tell.
  if (finding?.kind === 'stream-down') return { kind: 'unknown' };
  const isOneOf = (kinds: readonly FindingKind[]) => kinds.some((kind) => kind === incident.kind);
  if (seen.canReachDatabase === null && isOneOf(WITH_DATABASE)) return { kind: 'elsewhere' };
  const needsDatabase = isOneOf([...OF_DATABASE, 'work-failing']);
  const needsQueues = !isOneOf(WITHOUT_QUEUES);
  const isKnown = (seen.canReachDatabase || !needsDatabase) && (seen.canReachQueues || !needsQueues);
  return { kind: isKnown ? 'absent' : 'unknown' };
}

/** Whether people are told of a finding. */
export function isTold({ severity }: Finding): boolean {
  return severity !== 'note';
}
