import { TimepointError } from '@timepoint/shared/platform/errors';

/**
 * The database refuses a part of a write that belongs to no event, such as the coverage, or a dead letter in its shortest
 * form. The store works: a retry succeeds only after the constraint or trigger that refuses the part is removed.
 */
export class RefusedWrite extends TimepointError {
  /** What is refused: `coverage` with the holes, `letters`, or `batch` when each part alone is accepted. */
  readonly part: 'coverage' | 'letters' | 'batch';

  constructor(part: RefusedWrite['part'], cause: Error) {
    super(
      'write-refused',
      `The database refuses the ${part} of a job: ${cause.message}. Look for a trigger or a constraint that was added to ` +
        'schema ingest or register, and take it away; the job waits meanwhile.',
      { retryable: true, cause },
    );
    this.name = 'RefusedWrite';
    this.part = part;
  }
}
