import type { Conflict } from '@timepoint/database/events/find-conflicts';
import { TimepointError } from '@timepoint/shared/platform/errors';

/** Other events have the timepoints of these events. These can't be applied and become dead letters. */
export class ConflictingEvents extends TimepointError {
  readonly conflicts: readonly Conflict[];

  constructor(conflicts: readonly Conflict[]) {
    super('timepoint-taken', explainConflict(conflicts[0]?.heldUri ?? ''));
    this.name = 'ConflictingEvents';
    this.conflicts = conflicts;
  }
}

/** Explains what happens to an event whose timepoint another event has, and names the remedy. */
export function explainConflict(heldUri: string): string {
  return (
    `another event with this timepoint was applied before, of ${heldUri}: two events can't share a timepoint, so this ` +
    'one is not applied while the log has the other. Compare them with history; then discard this letter'
  );
}
