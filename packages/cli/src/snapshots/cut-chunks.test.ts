import { describe, expect, it } from '@jest/globals';
import type {
  SnapshotPiece,
  SnapshotReject,
  SnapshotRow,
} from '@timepoint/database/snapshots/snapshot-piece';
import fc from 'fast-check';
import { type Chunk, cutChunks, toCopyText } from './cut-chunks.ts';

const row = (line: number, json = '{}'): SnapshotRow => ({
  line,
  stream: 'companies',
  resourceUri: `/company/${line}`,
  resourceKind: 'company-profile',
  companyNumber: String(line),
  json,
});
const reject = (line: number): SnapshotReject => ({ line, reason: 'bad', raw: '' });

async function* inPieces(items: readonly (SnapshotRow | SnapshotReject)[], places: readonly number[]) {
  const ends = [...places, items.length].toSorted((one, other) => one - other);
  let begin = 0;
  for (const end of ends) {
    const part = items.slice(begin, end);
    const piece: SnapshotPiece = {
      rows: part.filter((item) => 'json' in item),
      rejects: part.filter((item) => 'reason' in item),
    };
    yield piece;
    begin = Math.max(begin, end);
  }
}

const linesOf = ({ chunk, rows, rejects }: Chunk) => [
  chunk,
  rows.map(({ line }) => line),
  rejects.map(({ line }) => line),
];

describe('Timepoint, cutting a file into chunks,', () => {
  it('cuts at the same lines for any portions of the file', async () => {
    const cases = fc.record({
      lines: fc.uniqueArray(fc.integer({ min: 2, max: 60 }), { maxLength: 40 }),
      isBad: fc.infiniteStream(fc.boolean()),
      places: fc.array(fc.nat({ max: 40 }), { maxLength: 10 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ lines, isBad, places }) => {
        const items = lines
          .toSorted((one, other) => one - other)
          .map((line) => (isBad.next().value ? reject(line) : row(line)));
        const chunks = await Array.fromAsync(cutChunks(inPieces(items, places), 7));
        const expected = Map.groupBy(items, ({ line }) => Math.floor(line / 7));
        expect(chunks.map(linesOf)).toEqual(
          [...expected].map(([chunk, own]) => [
            chunk,
            own.filter((item) => 'json' in item).map(({ line }) => line),
            own.filter((item) => 'reason' in item).map(({ line }) => line),
          ]),
        );
      }),
    );
  });

  it('passes on the totals at the end of a file', async () => {
    const totals = { controllers: 1, statements: 0, exemptions: 0 };
    async function* pieces() {
      yield { rows: [row(2)], rejects: [] };
      yield { rows: [], rejects: [], totals };
    }
    expect((await Array.fromAsync(cutChunks(pieces(), 7))).at(-1)?.totals).toEqual(totals);
  });

  it('escapes the control characters of copy', () => {
    const text = toCopyText(3, [{ ...row(7, '{"name":"a\\"b"}'), resourceUri: '/a\tb\\c\n' }]);
    expect(text).toBe('3\t7\tcompanies\t/a\\tb\\\\c\\n\tcompany-profile\t7\t{"name":"a\\\\"b"}\n');
  });
});
