import type { Assessment, SystemReading } from '@timepoint/shared/monitoring/assess';
import type { Finding } from '@timepoint/shared/monitoring/finding';
import { oneLine } from '@timepoint/shared/platform/printable';
import { formatStreams } from './format-streams.ts';
import { formatHeadline, isFine, worstFirst } from './headline.ts';

/** Colours a text, or returns it unchanged. */
export type Paint = (colour: 'green' | 'yellow' | 'red' | 'dim', text: string) => string;

const COLOURS = { critical: 'red', warning: 'yellow', note: 'dim' } as const;
/** The length of the longest severity. */
const SEVERITY_WIDTH = 'critical'.length;

/**
 * Formats the status. The first line says whether the copy is live and exact. The findings follow, worst first, then a
 * table of the streams. Rates are since the reading `before`.
 */
export function formatStatus(
  reading: SystemReading,
  before: SystemReading | null,
  assessment: Assessment,
  paint: Paint,
): string {
  const findings = worstFirst(assessment.findings);
  const colour = isFine(assessment) ? 'green' : findings[0]?.severity === 'critical' ? 'red' : 'yellow';
  const parts = [
    paint(colour, formatHeadline(assessment)),
    findings.map((finding) => formatFinding(finding, paint)).join('\n'),
    formatStreams(reading, before),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function formatFinding({ severity, text }: Finding, paint: Paint): string {
  return `${paint(COLOURS[severity], severity.padEnd(SEVERITY_WIDTH))}  ${oneLine(text)}`;
}
