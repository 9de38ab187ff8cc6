// Schema drift is reported once. It counts as reported only when its transaction is committed: after a rollback the
// same batch finds it again. Example: 103 has a new field, and its job fails because the store fails. The job comes
// again, and the field is found again.

import { findSchemaDrift, type SchemaDrift } from '@timepoint/shared/contract/documents/find-schema-drift';
import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { Poisoned } from '../isolate.ts';

/**
 * At most this many fingerprints of a stream are reported: free text that was taken for a vocabulary must not fill the
 * memory or the table.
 */
export const MAX_FINGERPRINTS = 1_000;

/** A document with schema drift: an event, or a line of a file. */
export interface SchemaDriftSource {
  /** Null for a line of a file. */
  readonly timepoint: number | null;
  readonly file?: { readonly snapshotId: number; readonly line: number };
  readonly resourceUri: string;
  /** The event or the document as JSON that a jsonb column takes. */
  readonly line: string;
}

/** Schema drift with the first event of a batch, or the first line of a chunk, that had it. */
export interface FoundSchemaDrift {
  readonly drift: SchemaDrift;
  readonly event: SchemaDriftSource;
}

export interface SchemaDriftWatchOptions {
  readonly logger: Logger;
  /** Counts the differences that the database did not have. */
  readonly metrics: {
    readonly schemaDrift: { inc(labels: { stream: StreamName; kind: SchemaDrift['kind'] }): void };
  };
}

/** Remembers which schema drift of each stream this process has reported. */
export interface SchemaDriftWatch {
  /**
   * Finds the schema drift of a batch that was not reported yet, each fingerprint once, with the first event that has
   * it.
   */
  look(stream: StreamName, events: readonly StreamEvent[]): FoundSchemaDrift[];
  /**
   * Call it after the commit. `found` is not reported again. `fresh`, the part of it that the database did not have, is
   * counted and logged.
   */
  remember(stream: StreamName, found: readonly FoundSchemaDrift[], fresh: readonly FoundSchemaDrift[]): void;
  /** Warns of schema drift that the database refuses to save. It is not reported again until the worker restarts. */
  refuse(stream: StreamName, refused: readonly Poisoned<FoundSchemaDrift>[]): void;
}

/** Creates a watch that has reported nothing. */
export function createSchemaDriftWatch({ logger, metrics }: SchemaDriftWatchOptions): SchemaDriftWatch {
  const reported = new Map<StreamName, Set<string>>();
  const reportedOf = (stream: StreamName) => reported.get(stream) ?? new Set();
  return {
    look: (stream, events) => lookBeyond(reportedOf(stream), stream, events),
    remember(stream, found, fresh) {
      const known = reportedOf(stream);
      const hadRoom = known.size < MAX_FINGERPRINTS;
      for (const { drift } of found) known.add(drift.fingerprint);
      reported.set(stream, known);
      for (const { drift, event } of fresh) {
        metrics.schemaDrift.inc({ stream, kind: drift.kind });
        logger.warn(
          { stream, fingerprint: drift.fingerprint, timepoint: event.timepoint },
          'a document differs from what the publisher documents; it is kept as it is',
        );
      }
      if (hadRoom && known.size >= MAX_FINGERPRINTS)
        logger.warn(
          { stream, fingerprints: known.size },
          'too many differences: no more of this stream are reported until rows of ingest.schema_drift are deleted and the worker is started again',
        );
    },
    refuse(stream, refused) {
      for (const { item, error } of refused)
        logger.warn(
          { stream, fingerprint: item.drift.fingerprint, timepoint: item.event.timepoint, err: error },
          'ingest.schema_drift refuses a difference: look for a trigger or constraint that was added to it',
        );
    },
  };
}

function lookBeyond(
  known: ReadonlySet<string>,
  stream: StreamName,
  events: readonly StreamEvent[],
): FoundSchemaDrift[] {
  const found = new Map<string, FoundSchemaDrift>();
  for (const event of events) {
    if (known.size + found.size >= MAX_FINGERPRINTS) break;
    for (const drift of findSchemaDrift(stream, event))
      if (!known.has(drift.fingerprint) && !found.has(drift.fingerprint))
        found.set(drift.fingerprint, { drift, event });
  }
  return [...found.values()].slice(0, MAX_FINGERPRINTS - known.size);
}
