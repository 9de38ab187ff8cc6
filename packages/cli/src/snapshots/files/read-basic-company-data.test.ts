import { describe, expect, it } from '@jest/globals';
import { encodeText } from '@timepoint/shared/contract/decode-text';
import { companyFile, companyRecord, HEADER } from '@timepoint/testkit/company-csv';
import { COLUMNS } from './company-columns.ts';
import { readBasicCompanyData } from './read-basic-company-data.ts';
import { collect, inChunks } from './test-chunks.ts';

const read = (content: string | Buffer, size?: number) =>
  collect(readBasicCompanyData(inChunks(content, size)));

async function readAll(content: string | Buffer) {
  const pieces = await read(content);
  return { rows: pieces.flatMap((piece) => piece.rows), rejects: pieces.flatMap((piece) => piece.rejects) };
}

const reasons = async (...records: string[]) =>
  (await readAll(companyFile(...records))).rejects.map(({ line, reason }) => [line, reason]);

describe('Timepoint, reading the company file,', () => {
  it('converts each record to a row with its line', async () => {
    const { rows, rejects } = await readAll(
      companyFile(
        companyRecord(),
        companyRecord({ CompanyName: 'TWO\r\nLINES' }),
        companyRecord({ CompanyNumber: 'sc1234' }),
      ),
    );
    expect(rejects).toEqual([]);
    expect(rows.map(({ line, companyNumber }) => [line, companyNumber])).toEqual([
      [2, '09876543'],
      [3, '09876543'],
      [5, 'SC1234'],
    ]);
    expect(rows[0]).toMatchObject({
      stream: 'companies',
      resourceUri: '/company/09876543',
      resourceKind: 'company-profile',
    });
  });

  it('gives the same pieces for any cut of the bytes', async () => {
    const file = Buffer.concat([
      Buffer.from(
        `\ufeff${companyFile(companyRecord({ CompanyName: 'ŵ 🐝 "LTD"' }), companyRecord({ IncorporationDate: '30/02/2020' }))}`,
      ),
      Buffer.from(`${companyRecord({ CompanyName: 'CAF\xc9' })}\r\n"UNCLOSED,"1"\r\n\r\n`, 'latin1'),
      Buffer.from(`${companyRecord({ 'RegAddress.AddressLine1': 'LINE\nAND, LINE' })}\n`),
    ]);
    const whole = await read(file);
    expect(whole).toHaveLength(1);
    expect(whole[0]?.rows.map(({ line }) => line)).toEqual([2, 4, 7]);
    expect(whole[0]?.rejects.map(({ line }) => line)).toEqual([3, 5]);
    for (const size of [1, 2, 3, 5, 7, 64, 500]) expect(await read(file, size)).toEqual(whole);
  });

  it('cuts pieces of a thousand', async () => {
    const records = Array.from({ length: 2_500 }, (_, n) =>
      companyRecord(n % 5 === 0 ? { CompanyNumber: '' } : { CompanyNumber: String(n) }),
    );
    const pieces = await read(companyFile(...records));
    expect(pieces.map(({ rows, rejects }) => [rows.length, rejects.length])).toEqual([
      [800, 200],
      [800, 200],
      [400, 100],
    ]);
  });

  it('rejects only records without a valid company number', async () => {
    expect(
      await reasons(
        companyRecord({ CompanyNumber: '' }),
        companyRecord(),
        companyRecord({ CompanyNumber: 'SC-1234' }),
      ),
    ).toEqual([
      [2, 'CompanyNumber is not a company number: ""'],
      [4, 'CompanyNumber is not a company number: "SC-1234"'],
    ]);
  });

  it.each(COLUMNS.filter((column) => column.includes('Date') || column.includes('CONDATE')))(
    'rejects a %s that is not a day',
    async (column) => {
      expect(
        await reasons(companyRecord({ [column]: '31/04/2021' }), companyRecord({ [column]: '30/04/2021' })),
      ).toEqual([[2, `${column} is not a calendar day (DD/MM/YYYY): "31/04/2021"`]]);
    },
  );

  it('checks all eighteen columns with days', () => {
    expect(COLUMNS.filter((column) => column.includes('Date') || column.includes('CONDATE'))).toHaveLength(
      18,
    );
  });

  it('rejects a record with other columns', async () => {
    expect(await reasons(`${companyRecord()},""`, companyRecord(), 'A LTD,09876543')).toEqual([
      [2, 'there are 56 columns, not 55'],
      [4, 'there are 2 columns, not 55'],
    ]);
  });

  it('loses one line to wrong quotes', async () => {
    const unclosed = companyRecord().replace('LIMITED"', 'LIMITED');
    const last = companyRecord().slice(0, -1);
    const { rows, rejects } = await readAll(
      companyFile(companyRecord(), unclosed, companyRecord(), last, companyRecord()),
    );
    expect(rows.map(({ line }) => line)).toEqual([2, 4, 6]);
    expect(rejects).toEqual([
      { line: 3, reason: 'the quotes of CompanyName are wrong', raw: unclosed },
      { line: 5, reason: 'the quotes of ConfStmtLastMadeUpDate are wrong', raw: last },
    ]);
  });

  it('takes a record with bytes that are not UTF-8 or with U+0000, and keeps the line', async () => {
    const record = companyRecord({ CompanyName: 'CAF\xc9\0' });
    const { rows, rejects } = await readAll(
      Buffer.from(companyFile(companyRecord(), record, companyRecord()), 'latin1'),
    );
    expect(rejects).toEqual([]);
    expect(rows.map(({ line, drift }) => [line, drift?.map(({ fingerprint }) => fingerprint)])).toEqual([
      [2, undefined],
      [3, ['unstorable CompanyName = a byte that is no UTF-8', 'unstorable CompanyName = U+0000']],
      [4, undefined],
    ]);
    expect(JSON.parse(rows[1]?.json ?? '').company_name).toBe('CAF\ufffd\ufffd');
    expect(encodeText(rows[1]?.raw ?? '')).toEqual(Buffer.from(`${record}\r\n`, 'latin1'));
  });

  it('rejects a record whose number has a byte that is not UTF-8, as its company is unknown', async () => {
    const record = Buffer.from(companyFile(companyRecord({ CompanyNumber: '0987654\xc9' })), 'latin1');
    expect((await readAll(record)).rejects).toMatchObject(
      [{ line: 2, reason: /is not a company number/ }].map(({ line, reason }) => ({
        line,
        reason: expect.stringMatching(reason),
      })),
    );
  });

  it('reports unknown words, but not words with a disputed meaning', async () => {
    const { rows } = await readAll(
      companyFile(
        companyRecord({ CompanyStatus: 'Resting', CompanyCategory: 'Guild' }),
        companyRecord({ CompanyStatus: 'ADMINISTRATIVE RECEIVER', CompanyCategory: 'Other company type' }),
        companyRecord({ 'Mortgages.NumMortCharges': '2', 'LimitedPartnerships.NumGenPartners': '1' }),
      ),
    );
    expect(rows.map(({ drift }) => drift?.map(({ fingerprint }) => fingerprint))).toEqual([
      ['unknown-value type = Guild', 'unknown-value company_status = Resting'],
      undefined,
      undefined,
    ]);
  });

  it('keeps a replacement character of the file', async () => {
    const { rows } = await readAll(companyFile(companyRecord({ CompanyName: 'CAF\ufffd' })));
    expect(rows[0]?.json).toContain('CAF\ufffd');
  });

  it('keeps only the beginning of a long reject', async () => {
    const { rejects } = await readAll(
      companyFile(companyRecord({ CompanyName: '🐝'.repeat(5_000), CompanyNumber: '' })),
    );
    expect(rejects[0]?.raw).toHaveLength(2_000);
    expect(rejects[0]?.raw.isWellFormed()).toBe(true);
  });

  it('takes bare empty values', async () => {
    const { rows } = await readAll(companyFile(companyRecord().replaceAll('""', '')));
    expect(rows).toEqual((await readAll(companyFile(companyRecord()))).rows);
  });

  it('refuses a file that stops within a line, wherever that is', async () => {
    const file = Buffer.from(companyFile(companyRecord(), companyRecord({ CompanyName: 'TWO\r\nLINES Ŵ' })));
    const header = HEADER.length + 2;
    for (let length = header + 1; length < file.length; length += 1) {
      if (file[length - 1] === 0x0a) continue;
      const cut = expect.objectContaining({ code: 'source-cut', message: expect.stringMatching(/was cut/) });
      await expect(read(file.subarray(0, length), 1_000)).rejects.toEqual(cut);
    }
    // Bare values, as half a bare value looks whole.
    await expect(read(companyFile(companyRecord().replaceAll('"', '')).trimEnd())).rejects.toMatchObject({
      code: 'source-cut',
    });
  });

  it('finds no rows in a file with only a header', async () => {
    expect(await read(`${HEADER}\r\n`)).toEqual([]);
    expect(await read(`\ufeff${HEADER}\n`)).toEqual([]);
  });
});

describe('Timepoint, checking the header of the company file,', () => {
  const header = (change: (names: string[]) => readonly string[]) => change(HEADER.split(',')).join(',');
  const differences = (content: string) =>
    read(`${content}\r\n${companyRecord()}\r\n`).then(
      () => [],
      (error) => {
        expect(error).toMatchObject({ name: 'TimepointError', code: 'snapshot-header', retryable: false });
        return error.message.split('\n').filter((line: string) => line.startsWith('  - '));
      },
    );

  it('takes names with or without quotes and spaces', async () => {
    expect(await differences(header((names) => names.map((name) => `"${name} "`)))).toEqual([]);
    expect(await differences(COLUMNS.join(','))).toEqual([]);
  });

  it('lists a column that is missing', async () => {
    expect(await differences(header((names) => names.toSpliced(3, 1)))).toEqual([
      '  - RegAddress.POBox is missing',
    ]);
  });

  it('lists a column that is new', async () => {
    expect(await differences(header((names) => names.toSpliced(3, 0, 'LEI')))).toEqual([
      '  - column 4, "LEI", is not known',
    ]);
  });

  it('lists a column that is there twice', async () => {
    expect(await differences(header((names) => [...names, 'URI']))).toEqual([
      '  - column 56, URI, is there twice',
    ]);
  });

  it('lists columns in another order', async () => {
    expect(
      await differences(header((names) => names.toSpliced(1, 2, 'RegAddress.CareOf', 'CompanyNumber'))),
    ).toEqual([
      '  - column 2 is RegAddress.CareOf, where CompanyNumber belongs',
      '  - column 3 is CompanyNumber, where RegAddress.CareOf belongs',
    ]);
  });

  it('lists all differences together', async () => {
    expect(await differences(header((names) => ['Extra', ...names.slice(2), 'CompanyName']))).toHaveLength(
      56,
    );
  });

  it('refuses another file', async () => {
    expect(await differences('Name,CompanyNumber')).toContain('  - CompanyName is missing');
    expect(await differences('{"company_number":"09876543","data":{}}')).toHaveLength(1);
    expect(await differences('"CompanyName,"CompanyNumber"')).toEqual([
      '  - its first line is not CSV: the quotes are wrong',
    ]);
    await expect(read('')).rejects.toMatchObject({ code: 'snapshot-header' });
  });
});
