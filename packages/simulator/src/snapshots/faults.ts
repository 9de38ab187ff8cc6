import type { Product } from './snapshot-file.ts';

/** The faults of rows, each with its rows of a thousand. They are the first ones, so that small files have them. */
const ROW_FAULTS = {
  'duplicate-row': [2],
  'bad-bytes': [5],
  'bad-date': [8],
  /** One column is missing, then there is one too many. */
  ragged: [11, 12],
  'bad-json': [14],
} as const satisfies Record<string, readonly number[]>;
const ROWS_PER_STRIKE = 1_000;

/** The faults of snapshot files. */
const FAULTS = {
  companies: [
    'bare-empties',
    'bad-bytes',
    'bad-date',
    'ragged',
    'missing-column',
    'extra-column',
    'reordered-columns',
    'duplicate-row',
    'cut',
  ],
  controllers: ['bad-bytes', 'bad-json', 'duplicate-row', 'wrong-totals', 'cut'],
} as const satisfies Record<Product, readonly string[]>;

/** A fault of a whole file or of some of its rows. */
export type SnapshotFault = (typeof FAULTS)[Product][number];
export type RowFault = keyof typeof ROW_FAULTS;

const STRIKES = Object.entries(ROW_FAULTS) as [RowFault, readonly number[]][];
const LAST_STRIKE = Math.max(...STRIKES.flatMap(([, places]) => places));
const NONE: readonly RowFault[] = [];

/** The possible faults of files of a product. */
export function faultsOf(product: Product): readonly SnapshotFault[] {
  return FAULTS[product];
}

/** Selects the faults of a row, by its index in the whole file. */
export function faultsOfRow(faults: ReadonlySet<SnapshotFault>, index: number): readonly RowFault[] {
  if (faults.size === 0) return NONE;
  const place = index % ROWS_PER_STRIKE;
  if (place > LAST_STRIKE) return NONE;
  return STRIKES.filter(([fault, places]) => faults.has(fault) && places.includes(place)).map(
    ([fault]) => fault,
  );
}
