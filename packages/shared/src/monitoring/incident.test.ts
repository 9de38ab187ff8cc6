import { describe, expect, it } from '@jest/globals';
import { catalogue } from '../queues/catalogue.ts';
import type { ProcessAssessment } from './assessment.ts';
import type { Finding } from './finding.ts';
import { type IncidentTimes, incidentOf, lookFor, noted, type Sighting, stepIncident } from './incident.ts';

const down: Finding = {
  kind: 'stream-down',
  stream: 'companies',
  severity: 'critical',
  text: 'companies has had no connection for 6 min',
};
const MINUTE = 60_000;
const times: IncidentTimes = {
  calmMs: [10_000, 2 * MINUTE, 10 * MINUTE],
  memoryMs: 10 * MINUTE,
  notedMs: 15_000,
};
const there: Sighting = { kind: 'present', finding: down };
const gone: Sighting = { kind: 'absent' };
const unclear: Sighting = { kind: 'unknown' };
const elsewhere: Sighting = { kind: 'elsewhere' };

/** Looks every ten seconds, and returns each notification with its second. */
function live(sightings: readonly Sighting[]): string[] {
  const notified: string[] = [];
  let incident = incidentOf(down, 0);
  for (const [index, sighting] of sightings.entries()) {
    const step = stepIncident(incident, sighting, index * 10_000, times);
    if (step.kind === 'forget') return [...notified, `forgotten ${index * 10}`];
    if (step.kind === 'notify') notified.push(`${step.state} ${index * 10}`);
    incident = step.incident;
  }
  return notified;
}
const looks = (sighting: Sighting, count: number) => Array.from({ length: count }, () => sighting);

describe('Timepoint, following an incident,', () => {
  it('notifies people once, and once that it is over', () => {
    expect(live([...looks(there, 30), ...looks(gone, 10)])).toEqual(['fired 0', 'resolved 310']);
  });

  it('takes it for over only when it is gone at two looks in a row', () => {
    const blinking = Array.from({ length: 50 }, () => [there, gone]).flat();
    expect(live(blinking)).toEqual(['fired 0']);
    expect(live([there, gone, unclear, gone, gone])).toEqual(['fired 0', 'resolved 40']);
  });

  it('notifies people also when it is over by the time that they can be reached', () => {
    expect(live([gone, gone, gone])).toEqual(['fired 0', 'resolved 20']);
  });

  it('does not take it for over as long as that can not be known', () => {
    expect(live([there, ...looks(unclear, 100)])).toEqual(['fired 0']);
  });

  it('leaves it as it is where it can never be known', () => {
    expect(live([there, gone, elsewhere, gone, gone])).toEqual(['fired 0', 'resolved 30']);
    expect(live([there, ...looks(elsewhere, 100)])).toEqual(['fired 0']);
  });

  it('notifies a relapse at once, and never makes a storm of what comes and goes', () => {
    const flapping = Array.from({ length: 200 }, () => [there, there, gone, gone, gone]).flat();
    expect(live(flapping)).toEqual(['fired 0', 'resolved 30', 'fired 50']);
    const slowly = Array.from({ length: 20 }, () => [...looks(there, 6), ...looks(gone, 30)]).flat();
    expect(live(slowly)).toEqual(['fired 0', 'resolved 70', 'fired 360', 'resolved 540', 'fired 720']);
  });

  it('forgets it when it was over for long enough', () => {
    expect(live([there, ...looks(gone, 100)])).toEqual(['fired 0', 'resolved 20', 'forgotten 620']);
  });
});

describe('Timepoint, following an incident that was noted by a clock an hour ahead,', () => {
  const HOUR = 60 * MINUTE;
  const open = { ...incidentOf(down, HOUR), isNotified: true };
  const step = (incident: typeof open, now: number) => stepIncident(incident, gone, now, times);

  it('resolves it after the usual calm, and forgets it after the usual time', () => {
    const calm = step({ ...open, calmSince: HOUR }, 0);
    expect(calm).toMatchObject({ kind: 'keep', incident: { calmSince: 0 } });
    const ended = { ...open, endedAt: HOUR };
    expect(step(ended, 0)).toMatchObject({ kind: 'keep', incident: { endedAt: 0 } });
    expect(step({ ...ended, endedAt: 0 }, 10 * MINUTE).kind).toBe('forget');
    expect(stepIncident({ ...open, calmSince: 0 }, gone, 10_000, times)).toMatchObject({ state: 'resolved' });
  });

  it('does not take an old note for a new one for an hour', () => {
    const note = { seenAt: HOUR, text: 'x' };
    expect(noted(open, note, HOUR + 15_000, times)).not.toBeNull();
    expect(noted(open, note, HOUR - 15_000, times)).not.toBeNull();
    expect(noted(open, note, 0, times)).toBeNull();
    expect(noted(open, note, 2 * HOUR, times)).toBeNull();
  });
});

describe('Timepoint, looking whether an incident is still there,', () => {
  const look = (kind: string, seen: Partial<ProcessAssessment>) =>
    lookFor(
      { ...incidentOf(down, 0), kind, stream: kind === 'stream-down' ? 'companies' : null },
      { findings: [], canReachQueues: true, canReachDatabase: true, ...seen },
    ).kind;

  it('knows it by its kind and stream', () => {
    expect(catalogue.incidents.jobId(down)).toBe('stream-down.companies');
    expect(look('stream-down', { findings: [down] })).toBe('present');
    expect(look('stream-down', { findings: [{ ...down, stream: 'filings' }] })).toBe('absent');
    expect(look('behind', { findings: [down] })).toBe('absent');
  });

  it('believes what another process has noted a moment ago', () => {
    const incident = incidentOf(down, 0);
    expect(noted(incident, { seenAt: 0, text: 'still down' }, 15_000)).toEqual({
      ...down,
      text: 'still down',
    });
    expect(noted(incident, { seenAt: 0, text: 'still down' }, 15_001)).toBeNull();
    expect(noted(incident, null, 0)).toBeNull();
  });

  it('waits with a stream that was lost again a moment ago', () => {
    expect(look('stream-down', { findings: [{ ...down, severity: 'note' }] })).toBe('unknown');
  });

  it('takes fewer letters than the limit for repaired', () => {
    const few: Finding = { kind: 'dead-letters', stream: null, severity: 'note', text: '2' };
    expect(look('dead-letters', { findings: [few] })).toBe('absent');
  });

  it('does not assess what it can not reach', () => {
    expect(look('hole', { canReachDatabase: false })).toBe('unknown');
    expect(look('store-failing', { canReachDatabase: false })).toBe('unknown');
    expect(look('stream-down', { canReachQueues: false })).toBe('unknown');
    expect(look('database-unreachable', { canReachQueues: false })).toBe('absent');
    expect(look('queue-unreachable', { canReachDatabase: false })).toBe('absent');
  });

  it('leaves to others, without a database, what only a database shows', () => {
    const kinds = ['hole', 'dead-letters', 'store-failing', 'database-unreachable'];
    for (const kind of kinds) expect(look(kind, { canReachDatabase: null })).toBe('elsewhere');
    for (const kind of ['stream-down', 'behind', 'queue-unreachable'])
      expect(look(kind, { canReachDatabase: null })).toBe('absent');
  });
});
