import { oneLine } from '@timepoint/shared/platform/printable';

/**
 * Formats a table. Each column is as wide as its widest cell. Texts are aligned to the left; numbers to the right,
 * except in the first column.
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
