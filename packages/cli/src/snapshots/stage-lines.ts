import { type RawLine, saveRawLines } from '@timepoint/database/events/save-raw-lines';
import { isolate } from '@timepoint/database/isolate';
import { type Database, isDataError, type Transaction } from '@timepoint/database/pool';
import { saveSchemaDrift } from '@timepoint/database/schema-drift/save-schema-drift';
import { type FoundSchemaDrift, MAX_FINGERPRINTS } from '@timepoint/database/schema-drift/schema-drift-watch';
import { refusal } from '@timepoint/database/snapshots/reject-staged';
import type { SnapshotRow } from '@timepoint/database/snapshots/snapshot-piece';
import { stageChunk } from '@timepoint/database/snapshots/stage-chunk';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { type Chunk, toCopyText } from './cut-chunks.ts';

/** The fingerprints of the schema drift that an import has recorded already, by stream. */
export type KnownSchemaDrift = Map<StreamName, Set<string>>;

export interface StageOptions {
  readonly snapshotId: number;
  readonly chunk: Chunk;
  readonly digest: string;
  readonly text: string;
  readonly known: KnownSchemaDrift;
}

/**
 * Stages a chunk, and records the schema drift of its documents. Rows that the database refuses become rejects.
 */
export async function stageLines(database: Database, options: StageOptions): Promise<void> {
  const { chunk, text } = options;
  try {
    await database.transaction((tx) => write(tx, options, { ...chunk, text }));
    return;
  } catch (error) {
    if (!isDataError(error)) throw error;
  }
  const { sound, poisoned } = await isolate(chunk.rows, (rows) =>
    database.tryAndRollBack((tx) => write(tx, options, withText(chunk, rows, []))),
  );
  const refused = poisoned.map(({ item, error }) => ({
    line: item.line,
    reason: refusal(error),
    raw: item.json.slice(0, 1000),
  }));
  await database.transaction((tx) =>
    write(tx, options, withText(chunk, sound, [...chunk.rejects, ...refused])),
  );
}

type Lines = Pick<Chunk, 'rows' | 'rejects'> & { readonly text: string };

function withText({ chunk }: Chunk, rows: Chunk['rows'], rejects: Chunk['rejects']): Lines {
  return { rows, rejects, text: toCopyText(chunk, rows) };
}

async function write(
  tx: Transaction,
  { snapshotId, chunk, digest, known }: StageOptions,
  { rows, rejects, text }: Lines,
): Promise<void> {
  await stageChunk(tx, { snapshotId, chunk: chunk.chunk, digest, text, rows: rows.length, rejects });
  const noted = Map.groupBy(
    rows.filter((row) => row.drift !== undefined),
    (row) => row.stream,
  );
  for (const [stream, some] of noted) {
    await saveRawLines(
      tx,
      stream,
      some.flatMap((row) => toRawLine(row, snapshotId)),
    );
    const found = findNew(known, stream, some, snapshotId);
    await saveSchemaDrift(tx, stream, found);
  }
}

function toRawLine({ raw, drift = [], line }: SnapshotRow, snapshotId: number): RawLine[] {
  if (raw === undefined) return [];
  const replaced = drift.filter(({ kind }) => kind === 'unstorable');
  const reason = replaced.map(({ path, value }) => `${value} at ${path}`).join('; ');
  return [{ timepoint: null, file: { snapshotId, line }, reason, raw }];
}

/** Schema drift that this import has not recorded yet: each fingerprint once, with its first line. */
function findNew(
  known: KnownSchemaDrift,
  stream: StreamName,
  rows: readonly SnapshotRow[],
  snapshotId: number,
): FoundSchemaDrift[] {
  const before = known.get(stream) ?? new Set();
  const found = new Map<string, FoundSchemaDrift>();
  for (const { drift = [], resourceUri, json, line } of rows) {
    const event = { timepoint: null, file: { snapshotId, line }, resourceUri, line: json };
    for (const one of drift) {
      if (before.size + found.size >= MAX_FINGERPRINTS) return [...found.values()];
      if (!before.has(one.fingerprint) && !found.has(one.fingerprint))
        found.set(one.fingerprint, { drift: one, event });
    }
  }
  return [...found.values()];
}

/** Marks the schema drift of a chunk as recorded. Call it after the commit. */
export function rememberSchemaDrift(known: KnownSchemaDrift, { rows }: Chunk): void {
  for (const { stream, drift = [] } of rows) {
    if (drift.length === 0) continue;
    const fingerprints = known.get(stream) ?? new Set();
    known.set(stream, fingerprints);
    for (const { fingerprint } of drift)
      if (fingerprints.size < MAX_FINGERPRINTS) fingerprints.add(fingerprint);
  }
}
