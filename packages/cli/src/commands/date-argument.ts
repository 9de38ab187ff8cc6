import { parsePublishedAt } from '@timepoint/shared/contract/published-at';
import { InvalidArgumentError } from 'commander';

/** Parses a day or a time of the command line. A day means its midnight in UTC. */
export function dateArgument(text: string): Date {
  const time = parsePublishedAt(text.includes('T') ? text : `${text}T00:00:00`);
  if (time === null) throw new InvalidArgumentError('Write a date such as 2026-01-01.');
  return new Date(time);
}
