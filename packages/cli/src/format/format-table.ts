import { oneLine } from '@timepoint/shared/platform/printable';

/**
 * Lays out rows under a head, each column as wide as its widest cell: as texts, or as numbers, which end where their
 * column does, all but the first.
 */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  as: 'texts' | 'numbers' = 'texts',
): string {
  const clean = rows.map((row) => row.map(oneLine));
  const widths = head.map((title, column) =>
    Math.max(title.length, ...clean.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...clean]
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return as === 'texts' || column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
