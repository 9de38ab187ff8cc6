import type { CompanyName } from '@timepoint/database/companies/read-company-name';
import type { LogBeginning } from '@timepoint/database/coverage/read-coverage';
import { oneLine } from '@timepoint/shared/platform/printable';
import { formatTime } from '../tail/format-event.ts';
import type { FieldChange } from './compare-documents.ts';
import { formatAbout } from './describe-document.ts';
import type { HistoryEvent } from './history.ts';

/** Longer values are cut, so that a change fits into one line of a wide terminal. */
const MAX_VALUE_CHARACTERS = 80;

export interface History {
  readonly company: CompanyName;
  readonly beginnings: readonly LogBeginning[];
  /** The events to show. */
  readonly events: readonly HistoryEvent[];
  /** The number of all events, those that are not shown included. */
  readonly total: number;
}

/** Formats a history: the company, what is left out, and a block for each event. Values are JSON. */
export function formatHistory({ company, beginnings, events, total }: History): string {
  const name = company.company_name ?? 'a company whose name is not known';
  const shown = events.length === total ? `${total} events` : `${events.length} of ${total} events`;
  return [
    oneLine(`${name} (${company.company_number}), ${shown}`),
    ...beginnings.map(formatBeginning),
    ...events.map(formatBlock),
  ].join('\n');
}

/** The note that a log no longer has the first events of its stream. */
export function formatBeginning({ stream, expired_up_to }: LogBeginning): string {
  return `the log of ${stream} begins after timepoint ${expired_up_to}`;
}

function formatBlock(event: HistoryEvent): string {
  const head = [formatTime(event), event.stream, event.timepoint, event.what, event.resource_uri].join('  ');
  return ['', oneLine(head), ...formatWhat(event), ...event.changes.map(formatChange)].join('\n');
}

function formatWhat({ stream, about, about_from }: HistoryEvent): string[] {
  if (about === undefined) return [];
  if (about === null)
    return ['  what it was is not known: neither the log nor the register holds a document of it'];
  const source = about_from === undefined ? '' : ', as the register holds it: the log no longer does';
  return [oneLine(`  ${formatAbout(stream, about)}${source}`)];
}

function formatChange(change: FieldChange): string {
  const from = 'from' in change ? formatValue(change.from) : '–';
  const to = 'to' in change ? formatValue(change.to) : '–';
  return oneLine(`  ${change.path}: ${from} → ${to}`);
}

function formatValue(value: unknown): string {
  const json = JSON.stringify(value);
  if (json.length <= MAX_VALUE_CHARACTERS) return json;
  // A cut within a surrogate pair would show a broken character.
  return `${json.slice(0, MAX_VALUE_CHARACTERS - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
