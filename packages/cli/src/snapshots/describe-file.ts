import {
  type Product,
  parseSnapshotName,
  type SnapshotName,
} from '@timepoint/database/snapshots/snapshot-name';
import type { SnapshotPiece } from '@timepoint/database/snapshots/snapshot-piece';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { noRows } from './bad-file.ts';
import type { SnapshotSource } from './files/open-source.ts';
import { readBasicCompanyData } from './files/read-basic-company-data.ts';
import { readPscSnapshot } from './files/read-psc-snapshot.ts';

/** Options of the user about a file. They take precedence over its name and content. */
export interface FileOptions {
  readonly date?: string | undefined;
  readonly product?: Product | undefined;
}

/** A file, ready to be read. */
export interface DescribedFile {
  readonly name: SnapshotName;
  readonly pieces: AsyncIterable<SnapshotPiece>;
}

/**
 * Finds the product and the day of a file, by the options, its name, or its first byte: lines of JSON begin with a
 * brace.
 * @throws TimepointError when its day is unknown or in the future, or when it is empty.
 */
export async function describeFile(
  source: SnapshotSource,
  options: FileOptions,
  now = Date.now(),
): Promise<DescribedFile> {
  const named = parseSnapshotName(source.name);
  const date = options.date ?? named?.date;
  if (date === undefined) {
    throw new TimepointError(
      'snapshot-date',
      `The name "${source.name}" does not contain the day of the file. Add --date YYYY-MM-DD: the conflict rule needs it.`,
    );
  }
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(now);
  if (date > today) {
    throw new TimepointError(
      'snapshot-date',
      `${date} is in the future. A file of that day would win over every event until then: give the day of the file.`,
    );
  }
  const { first, whole: content } = await peek(source.content);
  const product = options.product ?? named?.product ?? productOf(first);
  const read = product === 'basic-company-data' ? readBasicCompanyData : readPscSnapshot;
  // An unknown header and a file without rows are reported before anything is written.
  const { first: piece, whole: pieces } = await peek(read(content));
  if (piece === undefined) throw noRows(0);
  return { name: { product, date, part: named?.part ?? 1, parts: named?.parts ?? 1 }, pieces };
}

function productOf(first: Buffer | undefined): Product {
  return first?.toString('utf8').trimStart().startsWith('{') ? 'psc-snapshot' : 'basic-company-data';
}

/** Returns the first item, and all items including the first. */
async function peek<Item>(
  items: AsyncIterable<Item>,
): Promise<{ first: Item | undefined; whole: AsyncIterable<Item> }> {
  const iterator = items[Symbol.asyncIterator]();
  const { value: first, done } = await iterator.next();
  async function* whole(): AsyncGenerator<Item> {
    if (done) return;
    yield first;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { first: done ? undefined : first, whole: whole() };
}
