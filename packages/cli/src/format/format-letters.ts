import type { LetterGroup } from '@timepoint/database/letters/group-letters';
import type { DeadLetter } from '@timepoint/database/letters/read-letters';
import type { ActionProgress } from '@timepoint/shared/contract/job';
import { oneLine } from '@timepoint/shared/platform/printable';
import { formatTable } from './format-table.ts';

/** Formats groups of dead letters with the same cause, with a row for each group. */
export function formatGroups(groups: readonly LetterGroup[]): string {
  if (groups.length === 0) return 'No dead letter matches.';
  const rows = groups.map((group) => [
    String(group.letters),
    group.stream,
    group.reason,
    group.path ?? '–',
    String(group.companies),
    group.first_seen_at.toISOString(),
    group.last_seen_at.toISOString(),
    oneLine(group.fingerprint),
  ]);
  const head = ['letters', 'stream', 'reason', 'path', 'companies', 'first seen', 'last seen', 'cause'];
  return formatTable(head, rows);
}

/** Formats dead letters, with a row for each. */
export function formatLetters(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'No dead letter matches.';
  const rows = letters.map((letter) => [
    String(letter.id),
    letter.stream,
    String(letter.timepoint ?? '–'),
    letter.state,
    String(letter.attempts),
    letter.resource_uri ?? '–',
    oneLine(letter.detail),
  ]);
  return formatTable(['id', 'stream', 'timepoint', 'state', 'tries', 'resource', 'cause'], rows);
}

/** Formats one dead letter in full, with its raw line at the end. */
export function formatLetter(letter: DeadLetter): string {
  const { id, stream, timepoint, state, reason, detail, path, resource_uri, attempts } = letter;
  return [
    `dead letter ${id}: ${stream} ${timepoint ?? 'without a timepoint'}, ${state}`,
    `  resource    ${oneLine(resource_uri ?? 'not known')}`,
    `  reason      ${reason}${oneLine(`${path === null ? '' : ` (${path})`}: ${detail}`)}`,
    `  first seen  ${letter.first_seen_at.toISOString()}`,
    `  last seen   ${letter.last_seen_at.toISOString()}, ${attempts} ${attempts === 1 ? 'try' : 'tries'}`,
    '',
    oneLine(letter.raw),
  ].join('\n');
}

const VERBS = { replay: 'were applied', 'dry-run': 'would pass now', discard: 'were discarded' };

/** Formats the progress of an action, such as `312 of 320 would pass now`. */
export function formatProgress(what: keyof typeof VERBS, progress: ActionProgress): string {
  const { total, done, passed, failed, isCancelled, failures } = progress;
  const rest =
    done < total
      ? `; ${total - done} ${isCancelled ? 'were left, as the action was cancelled' : 'left'}`
      : '';
  return [
    `${passed} of ${total} ${VERBS[what]}${failed > 0 ? `, ${failed} not` : ''}${rest}`,
    ...failures.map(({ detail, letters }) => `  ${letters} × ${oneLine(detail)}`),
  ].join('\n');
}
