import type { Product } from './snapshot-file.ts';

/** What can be wrong with a row, and the first row of a thousand that it strikes: small files have it too. */
const ROW_FAULTS = {
  'duplicate-row': [2],
  'bad-bytes': [5],
  'bad-date': [8],
  /** One column too few, then one too many. */
  ragged: [11, 12],
  'bad-json': [14],
} as const satisfies Record<string, readonly number[]>;
const ROWS_PER_STRIKE = 1_000;

/** What can be wrong with a snapshot file. */
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

/** The faults that files of a product can have. */
export function faultsOf(product: Product): readonly SnapshotFault[] {
  return FAULTS[product];
}

/** Those of the faults that strike a row, by its index in the whole file. */
export function faultsOfRow(faults: ReadonlySet<SnapshotFault>, index: number): readonly RowFault[] {
  if (faults.size === 0) return NONE;
  const place = index % ROWS_PER_STRIKE;
  if (place > LAST_STRIKE) return NONE;
  return STRIKES.filter(([fault, places]) => faults.has(fault) && places.includes(place)).map(
    ([fault]) => fault,
  );
}
