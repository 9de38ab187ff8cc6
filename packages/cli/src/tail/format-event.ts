import type { NewEvent } from '@timepoint/database/events/read-new-events';
import type { NewStatusChange } from '@timepoint/database/status-changes/read-new-status-changes';
import { oneLine } from '@timepoint/shared/platform/printable';

/** The time of publication of an event, or else of its reception, to the second and in UTC. */
export function formatTime(event: { published_at: Date | null; received_at: Date }): string {
  return (event.published_at ?? event.received_at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}

/** Formats an event on one line, a company with its name and status. */
export function formatEvent(event: NewEvent): string {
  const { stream, timepoint, type, company_number, resource_uri, company_name, company_status } = event;
  const line = [formatTime(event), stream, timepoint, type, company_number ?? '–', resource_uri];
  if (company_name !== null) line.push(company_name);
  if (company_status !== null) line.push(company_status);
  return oneLine(line.join('  '));
}

/** Formats a change of status on one line: `time company name: from → to`. */
export function formatStatusChange(change: NewStatusChange): string {
  const { company_number, company_name, from_status, from_status_detail, to_status, to_status_detail } =
    change;
  const company = [formatTime(change), company_number, company_name].filter((part) => part !== null);
  const from = from_status === null ? '–' : formatStatus(from_status, from_status_detail);
  return oneLine(`${company.join('  ')}: ${from} → ${formatStatus(to_status, to_status_detail)}`);
}

function formatStatus(status: string, detail: string | null): string {
  return detail === null ? status : `${status} (${detail})`;
}
