// Drift is told once. What was told is remembered only when its transaction is committed: after a rollback the same
// batch finds it again. Example: 103 has a new field and its job fails on the store; the job comes again, and the
// field is found again.

import { type Drift, findDrift } from '@timepoint/shared/contract/documents/find-schema-drift';
import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { Poisoned } from '../isolate.ts';

/**
 * So many fingerprints of a stream are told, then no more: text that was taken for a vocabulary must not fill the
 * memory or the table.
 */
export const MAX_FINGERPRINTS = 1_000;

/** What has drift: an event, or the document of a line of a file. */
export interface DriftSource {
  /** Null for a line of a file. */
  readonly timepoint: number | null;
  readonly file?: { readonly snapshotId: number; readonly line: number };
  readonly resourceUri: string;
  /** The event or the document as JSON that a jsonb column takes. */
  readonly line: string;
}

/** Drift with the first event of a batch, or the first line of a chunk, that had it. */
export interface FoundDrift {
  readonly drift: Drift;
  readonly event: DriftSource;
}

export interface DriftWatchOptions {
  readonly logger: Logger;
  /** Counts the differences that the database did not have. */
  readonly metrics: {
    readonly schemaDrift: { inc(labels: { stream: StreamName; kind: Drift['kind'] }): void };
  };
}

/** What a process has told of the drift of each stream. */
export interface DriftWatch {
  /** Finds the drift of a batch that was not told yet, each fingerprint once, with the event of the lowest timepoint. */
  look(stream: StreamName, events: readonly StreamEvent[]): FoundDrift[];
  /**
   * To be called after the commit: `found` is not looked for again, and `fresh`, which is the part of it that the
   * database did not have, is counted and logged.
   */
  remember(stream: StreamName, found: readonly FoundDrift[], fresh: readonly FoundDrift[]): void;
  /** Warns of drift that the database refuses to keep. It is not looked for again before the worker is started again. */
  refuse(stream: StreamName, refused: readonly Poisoned<FoundDrift>[]): void;
}

/** Begins a watch that has told nothing. */
export function createDriftWatch({ logger, metrics }: DriftWatchOptions): DriftWatch {
  const told = new Map<StreamName, Set<string>>();
  const toldOf = (stream: StreamName) => told.get(stream) ?? new Set();
  return {
    look: (stream, events) => lookBeyond(toldOf(stream), stream, events),
    remember(stream, found, fresh) {
      const known = toldOf(stream);
      const hadRoom = known.size < MAX_FINGERPRINTS;
      for (const { drift } of found) known.add(drift.fingerprint);
      told.set(stream, known);
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
          'too many differences: no more of this stream are told until rows of ingest.schema_drift are deleted and the worker is started again',
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
): FoundDrift[] {
  const found = new Map<string, FoundDrift>();
  for (const event of events) {
    if (known.size + found.size >= MAX_FINGERPRINTS) break;
    for (const drift of findDrift(stream, event))
      if (!known.has(drift.fingerprint) && !found.has(drift.fingerprint))
        found.set(drift.fingerprint, { drift, event });
  }
  return [...found.values()].slice(0, MAX_FINGERPRINTS - known.size);
}
