import type { Assessment } from '@timepoint/shared/monitoring/assess';
import type { Finding, FindingKind } from '@timepoint/shared/monitoring/finding';

/** Formats whether the copy is live and exact, with short reasons if not: `LIVE and EXACT`, `NOT LIVE: …`. */
export function formatHeadline({ isLive, isExact, findings }: Assessment): string {
  if (isLive && isExact) return 'LIVE and EXACT';
  const liveness = isLive ? 'LIVE' : 'NOT LIVE';
  const exactness =
    isExact === null ? 'exactness unknown' : isExact ? 'EXACT as far as it goes' : 'NOT EXACT';
  const verdict = `${liveness}${isLive ? ' but' : ','} ${exactness}`;
  const reasons = reasonsOf(findings);
  return reasons.length === 0 ? verdict : `${verdict}: ${reasons.join(', ')}`;
}

const SEVERITIES: readonly Finding['severity'][] = ['critical', 'warning', 'note'];

/** Sorts findings, the worst first. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** Whether the operator need not act: the copy is exact, and all findings are notes, which may end without action. */
export function isFine({ isExact, findings }: Assessment): boolean {
  return isExact === true && findings.every(({ severity }) => severity === 'note');
}

const REASONS: Record<FindingKind, (streams: string) => string> = {
  'queue-unreachable': () => 'the queues can not be reached',
  'database-unreachable': () => 'Postgres can not be reached',
  'not-registered': () => 'no stream is followed',
  'stream-down': (streams) => `no connection for ${streams}`,
  'counted-anew': (streams) => `${streams} counted anew`,
  'fewer-connections': () => 'fewer connections are granted than set',
  'stream-silent': (streams) => `silence on ${streams}`,
  'position-expiring': (streams) => `little time left for ${streams}`,
  behind: () => 'events wait to be applied',
  hole: (streams) => `holes in ${streams}`,
  'dead-letters': () => 'dead letters',
  'failed-jobs': () => 'failed jobs',
  'store-failing': () => 'Postgres refuses what is written',
  'work-failing': () => 'recurring work of a worker fails',
};

function reasonsOf(findings: readonly Finding[]): string[] {
  const kinds = [...new Set(worstFirst(findings).map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const streams = findings.flatMap((finding) => (finding.kind === kind ? (finding.stream ?? []) : []));
    return REASONS[kind](streams.length === 1 ? `${streams[0]}` : `${streams.length} streams`);
  });
}
