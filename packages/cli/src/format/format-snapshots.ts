import type { DriftedField } from '@timepoint/database/drift/read-drift-summary';
import type { Reject } from '@timepoint/database/snapshots/read-rejects';
import type { SnapshotSummary } from '@timepoint/database/snapshots/read-snapshots';
import { oneLine } from '@timepoint/shared/platform/printable';
import { formatTable } from './format-table.ts';

/** Formats the imports as a table. */
export function formatSnapshots(snapshots: readonly SnapshotSummary[]): string {
  if (snapshots.length === 0)
    return 'Nothing was imported yet. Run: timepoint snapshot import <file, URL or ->';
  const rows = snapshots.map((snapshot) => [
    String(snapshot.id),
    titleOf(snapshot),
    snapshot.state,
    ...[
      snapshot.merged,
      snapshot.inserted,
      snapshot.updated,
      snapshot.yielded,
      snapshot.drifted,
      snapshot.rejects,
    ].map(String),
  ]);
  const head = ['id', 'file', 'state', 'merged', 'inserted', 'updated', 'yielded', 'drift', 'rejects'];
  return formatTable(head, rows);
}

function titleOf({ product, snapshot_date, part, parts }: SnapshotSummary): string {
  return `${product} ${snapshot_date}${parts > 1 ? ` part ${part} of ${parts}` : ''}`;
}

/** Formats one import in full. */
export function formatSnapshot(
  summary: SnapshotSummary,
  drift: readonly DriftedField[],
  rejects: readonly Reject[],
): string {
  const { id, location, state, rows, merged, inserted, updated, yielded, drifted } = summary;
  const seconds = (value: number | null) => (value === null ? 'not yet' : `${value} s`);
  return [
    `import ${id}: ${titleOf(summary)}, ${state}`,
    `  from      ${location}`,
    `  rows      ${rows} good, ${merged} of them merged; ${summary.rejects} rejects`,
    `  merged    ${inserted} inserted, ${updated} updated, ${yielded} yielded to the stream, ${drifted} drifted`,
    `  time      ${seconds(summary.read_seconds)} to read and stage, then ${seconds(summary.merge_seconds)} to merge ` +
      `(${summary.worker_seconds} s of workers)`,
    ...(summary.totals_problem === null ? [] : [`  totals    ${summary.totals_problem}`]),
    ...(summary.schema_drift === 0
      ? []
      : [
          `  documents ${summary.schema_drift} differences from what is documented: select * from ingest.schema_drift`,
        ]),
    ...(summary.missing_parts.length === 0
      ? []
      : [`  parts     not imported yet: ${summary.missing_parts.join(', ')} of ${summary.parts}`]),
    ...drift.map(
      ({ stream, field, resources, open }) =>
        `  drift     ${stream} ${field}: ${resources}, ${open} of them open`,
    ),
    ...rejects.map(({ line, reason }) => `  reject    line ${line}: ${reason}`),
    ...(summary.rejects > rejects.length
      ? [`  ${summary.rejects - rejects.length} more rejects: timepoint snapshot show ${id} --json`]
      : []),
  ]
    .map(oneLine)
    .join('\n');
}
