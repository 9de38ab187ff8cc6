import type { AppliedEvent } from '@timepoint/database/events/apply-events';
import { type Conflict, findConflicts } from '@timepoint/database/events/find-conflicts';
import type { Sql } from '@timepoint/database/pool';
import { TimepointError } from '@timepoint/shared/platform/errors';
import type { Batch } from './batch.ts';

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

/**
 * Looks for other events in the log at the timepoints of a batch whose `fresh` events were written.
 * @throws ConflictingEvents when there are any.
 */
export async function refuseConflicts(
  tx: Sql,
  { stream, events, repeats }: Pick<Batch, 'stream' | 'events' | 'repeats'>,
  fresh: readonly AppliedEvent[],
): Promise<void> {
  const all = [...events, ...repeats];
  if (all.length === fresh.length) return;
  const logged = new Set(fresh.map(({ timepoint }) => timepoint));
  const places = new Set<number>();
  const others = all.filter(({ timepoint }) => {
    // When two events have one timepoint, the first one was written.
    const isWritten = logged.has(timepoint) && !places.has(timepoint);
    places.add(timepoint);
    return !isWritten;
  });
  const conflicts = await findConflicts(tx, stream, others);
  if (conflicts.length > 0) throw new ConflictingEvents(conflicts);
}
