import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvRecords } from './csv-records.ts';
import { MAX_RECORD_CHARACTERS } from './parse-record.ts';
import { collect, inChunks } from './test-chunks.ts';

const read = async (content: string | Buffer, columns = 3, size?: number) =>
  (await collect(csvRecords(inChunks(content, size), columns))).flat();
const fields = async (content: string) => (await read(content)).map((record) => record.fields);
const outline = async (content: string, columns = 3) =>
  (await read(content, columns)).map(({ line, fault }) => [line, fault]);

describe('Timepoint, reading CSV,', () => {
  it('gives the values that were written, for any cut of the bytes', async () => {
    const value = fc.string({
      unit: fc.constantFrom('"', ',', '\n', '\r\n', 'a', ' ', 'é', '🐝', '\u2028', '\\'),
    });
    const row = fc.array(fc.tuple(value, fc.boolean()), { minLength: 3, maxLength: 3 });
    const end = fc.constantFrom('\n', '\r\n');
    const write = ([text, isBare]: [string, boolean]) =>
      isBare && !/[",\r\n]/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1 }),
        end,
        fc.boolean(),
        fc.integer({ min: 1, max: 99 }),
        async (rows, eol, isEnded, size) => {
          const csv = rows.map((values) => values.map(write).join(',')).join(eol) + (isEnded ? eol : '');
          const records = await read(csv, 3, size);
          expect(records.map((record) => record.fields)).toEqual(
            rows.map((values) => values.map(([text]) => text)),
          );
          expect(records.every((record) => record.fault === null)).toBe(true);
          expect(records.map((record) => record.raw).join('')).toBe(csv);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives the same records for any cut of bytes that are not CSV', async () => {
    const junk = fc.array(fc.constantFrom('"', ',', '\n', '\r', 'a', 'é', '"a","b","c"\n'), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(junk, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
        expect(await read(parts.join(''), 3, size)).toEqual(await read(parts.join('')));
      }),
      { numRuns: 500 },
    );
  });

  it('takes quoted, bare and empty values, line ends of both kinds, and no end of the last line', async () => {
    expect(await fields('"a","",""\r\nb,,\n"","c,d",""""\r\n,,"e"')).toEqual([
      ['a', '', ''],
      ['b', '', ''],
      ['', 'c,d', '"'],
      ['', '', 'e'],
    ]);
  });

  it('counts the lines that a value spans', async () => {
    expect(await outline('"a","b\n\r\nc",""\n\n"d","",""\r\n\r\n"e","",""')).toEqual([
      [1, null],
      [5, null],
      [7, null],
    ]);
  });

  it.each([
    ['a quote that is not closed', '"a,"b","c"'],
    ['a quote that is not opened', 'a","b","c"'],
    ['a last quote that is not closed', '"a","b","c'],
    ['a last quote that is closed nowhere', '"a","b","'],
    ['a quote inside', '"a","b"b","c"'],
    ['a quote in a bare value', 'a,b"b,c'],
    ['a carriage return that ends nothing', '"a","b"\r,"c"'],
    ['a space behind a value', '"a" ,"b","c"'],
  ])('loses one line to %s', async (_title, broken) => {
    const good = '"x","y","z"';
    expect(await outline([good, broken, good, good].join('\r\n'))).toEqual([
      [1, null],
      [2, 'quotes'],
      [3, null],
      [4, null],
    ]);
  });

  it('loses the lines that a broken value spans, each by itself, and none more', async () => {
    expect(await outline('"a","b\nrest" of b","c"\n"x","y","z"\n')).toEqual([
      [1, 'quotes'],
      [2, 'quotes'],
      [3, null],
    ]);
  });

  it('reports too few and too many values, and loses no other lines', async () => {
    expect(await outline('"a","b"\n"a","b","c","d"\n"a\n","b"\n"x","y","z"')).toEqual([
      [1, 'columns'],
      [2, 'columns'],
      [3, 'columns'],
      [4, 'quotes'],
      [5, null],
    ]);
  });

  it('loses one line to a quote that is not closed for longer than a record can be', async () => {
    const bare = Array.from({ length: 20_000 }, () => 'x,y,z');
    const records = await read(['"a,b,c', ...bare].join('\n'));
    expect(records).toHaveLength(20_001);
    expect(records.filter((record) => record.fault !== null).map((record) => record.line)).toEqual([1]);
  });

  it('reads a value as long as the longest record, and none that is longer', async () => {
    const record = (length: number) => `"a","b","${'\n'.repeat(length)}"\n`;
    const longest = MAX_RECORD_CHARACTERS - '"a","b",""'.length + 1;
    expect((await outline(record(longest)))[0]).toEqual([1, null]);
    expect((await outline(record(longest + 1)))[0]).toEqual([1, 'quotes']);
  });

  it('keeps the positions of bytes that are not UTF-8, and marks them', async () => {
    const records = await read(
      Buffer.from('"caf\xe9","\xc3","b"\n"\xc3\xa9","\xf0\x9f\x90","c"\n"x","y","z"', 'latin1'),
    );
    expect(records.map((record) => record.fields)).toEqual([
      ['caf\udce9', '\udcc3', 'b'],
      ['é', '\udcf0\udc9f\udc90', 'c'],
      ['x', 'y', 'z'],
    ]);
  });

  it('skips a byte order mark, at the beginning only', async () => {
    expect(await fields('\ufeff"a","b","c"\n"\ufeff","",""')).toEqual([
      ['a', 'b', 'c'],
      ['\ufeff', '', ''],
    ]);
  });

  it('reads nothing from nothing', async () => {
    expect(await read('')).toEqual([]);
    expect(await read('\ufeff')).toEqual([]);
    expect(await read('\r\n\n')).toEqual([]);
  });
});
