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

/** What the user says of a file, over what its name and content say. */
export interface Said {
  readonly date?: string | undefined;
  readonly product?: Product | undefined;
}

/** A file, ready to be read. */
export interface DescribedFile {
  readonly name: SnapshotName;
  readonly pieces: AsyncIterable<SnapshotPiece>;
}

/**
 * Tells what a file is, by what the user says, its name, or its first byte: lines of JSON begin with a brace.
 * @throws TimepointError when its day is known from nowhere or is yet to come, or when it holds nothing.
 */
export async function describeFile(
  source: SnapshotSource,
  said: Said,
  now = Date.now(),
): Promise<DescribedFile> {
  const named = parseSnapshotName(source.name);
  const date = said.date ?? named?.date;
  if (date === undefined) {
    throw new TimepointError(
      'snapshot-date',
      `The name "${source.name}" does not say of which day the file is. Add --date YYYY-MM-DD: the conflict rule needs it.`,
    );
  }
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(now);
  if (date > today) {
    throw new TimepointError(
      'snapshot-date',
      `${date} is yet to come. A file of that day would win over every event until then: give the day of the file.`,
    );
  }
  const { first, whole: content } = await peek(source.content);
  const product = said.product ?? named?.product ?? productOf(first);
  const read = product === 'basic-company-data' ? readBasicCompanyData : readPscSnapshot;
  // A header that is not understood is reported before anything is written, and so is a file without rows.
  const { first: piece, whole: pieces } = await peek(read(content));
  if (piece === undefined) throw noRows(0);
  return { name: { product, date, part: named?.part ?? 1, parts: named?.parts ?? 1 }, pieces };
}

function productOf(first: Buffer | undefined): Product {
  return first?.toString('utf8').trimStart().startsWith('{') ? 'psc-snapshot' : 'basic-company-data';
}

/** The first item, and all of them. */
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
