import { describe, expect, it } from '@jest/globals';
import type { FindingKind } from './finding.ts';
import { formatAlert } from './format-alert.ts';
import { incidentOf } from './incident.ts';

const AT = Date.parse('2026-07-01T12:00:00Z');
const sender = { installation: 'timepoint', host: 'a-machine' };
const incident = (kind: FindingKind, stream: string | null, text: string) =>
  incidentOf({ kind, stream, severity: 'critical', text }, AT);

describe('Timepoint, putting an alert into words,', () => {
  it('says what is wrong and where the remedy is', () => {
    const down = incident('stream-down', 'companies', 'companies has had no connection for 6 min: idle.');
    expect(formatAlert(down, 'fired', sender)).toEqual({
      text: '[timepoint] CRITICAL: companies has had no connection for 6 min: idle. (docs/operations.md#stream-down)',
      state: 'fired',
      kind: 'stream-down',
      stream: 'companies',
      severity: 'critical',
      since: '2026-07-01T12:00:00.000Z',
      until: null,
      runbook: 'docs/operations.md#stream-down',
      installation: 'timepoint',
      host: 'a-machine',
    });
  });

  it('says how long it lasted when it is over', () => {
    const behind = { ...incident('behind', null, 'Events wait.'), calmSince: AT + 12 * 60_000 };
    expect(formatAlert({ ...behind, endedAt: AT + 13 * 60_000 }, 'resolved', sender)).toMatchObject({
      text: '[timepoint] RESOLVED after 12 min: events are applied in time. (docs/operations.md#behind)',
      state: 'resolved',
      until: '2026-07-01T12:12:00.000Z',
    });
  });

  it.each<[FindingKind, string]>([
    ['queue-unreachable', 'the queues can be reached'],
    ['database-unreachable', 'Postgres can be reached'],
    ['not-registered', 'streams are registered'],
    ['stream-down', 'officers is connected'],
    ['counted-anew', 'officers is read again'],
    ['stream-silent', 'officers sends events'],
    ['position-expiring', 'officers was connected'],
    ['hole', 'officers has no open hole'],
    ['dead-letters', 'fewer dead letters'],
    ['store-failing', 'the database answers'],
    ['work-failing', 'every part of the recurring work'],
  ])('has words for the end of %s', (kind, words) => {
    expect(formatAlert(incident(kind, 'officers', ''), 'resolved', sender).text).toContain(words);
  });

  it('formats an incident of a newer version', () => {
    const unheard = { ...incident('behind', null, ''), kind: 'unheard-of' };
    expect(formatAlert(unheard, 'resolved', sender).text).toContain('unheard-of is over.');
  });

  it('escapes what Slack would take for a link or an address', () => {
    const text = formatAlert(incident('behind', null, '<!channel> & <https://x>'), 'fired', sender).text;
    expect(text).toContain('&lt;!channel&gt; &amp; &lt;https://x&gt;');
  });
});
