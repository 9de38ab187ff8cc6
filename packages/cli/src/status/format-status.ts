import type { Assessment, SystemReading } from '@timepoint/shared/monitoring/assess';
import type { Finding } from '@timepoint/shared/monitoring/finding';
import { oneLine } from '@timepoint/shared/platform/printable';
import { formatStreams } from './format-streams.ts';
import { formatHeadline, isFine, worstFirst } from './headline.ts';

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: 'green' | 'yellow' | 'red' | 'dim', text: string) => string;

const COLOURS = { critical: 'red', warning: 'yellow', note: 'dim' } as const;
/** As long as the longest of them. */
const SEVERITY_WIDTH = 'critical'.length;

/**
 * The answer for whoever is on call: live and exact or not in the first line, then what was found, the worst first,
 * then a table of the streams. Rates are those since the reading `before`.
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
