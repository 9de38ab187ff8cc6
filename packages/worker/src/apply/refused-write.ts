import { TimepointError } from '@timepoint/shared/platform/errors';

/**
 * The database refuses a part of a write that belongs to no event, such as the coverage, or a dead letter however short it
 * is. The store works: trying again does not help before what refuses it is taken away.
 */
export class RefusedWrite extends TimepointError {
  /** What is refused: `coverage` with the holes, `letters`, or `batch` when its parts are taken one by one. */
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
