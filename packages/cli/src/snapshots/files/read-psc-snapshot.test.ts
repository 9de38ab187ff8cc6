import { describe, expect, it } from '@jest/globals';
import { decodeText, encodeText } from '@timepoint/shared/contract/decode-text';
import { parseLine } from '@timepoint/shared/contract/envelope';
import { readPscSnapshot } from './read-psc-snapshot.ts';
import { collect, inChunks } from './test-chunks.ts';

const COMPANY = '/company/09876543';
const SELF = `${COMPANY}/persons-with-significant-control/individual/aBc_1`;
const KIND = 'individual-person-with-significant-control';

const documentOf = (data: object) => ({ kind: KIND, links: { self: SELF }, name: 'Bryn Tregarth', ...data });
const lineOf = (data: object = {}, companyNumber = '09876543') =>
  JSON.stringify({ company_number: companyNumber, data: documentOf(data) });
const TOTALS = JSON.stringify({
  data: {
    kind: 'totals#persons-of-significant-control-snapshot',
    persons_of_significant_control_count: 9_792_999,
    statements_count: 627_924,
    exemptions_count: 60,
    generated_at: '2026-03-02T03:40:50+01:00',
  },
});

const read = (content: string | Buffer, size?: number) => collect(readPscSnapshot(inChunks(content, size)));

async function readOne(line: string) {
  const [piece] = await read(`${line}\n`);
  return { row: piece?.rows[0], reason: piece?.rejects[0]?.reason, raw: piece?.rejects[0]?.raw };
}

describe('Timepoint, reading the file of persons with significant control,', () => {
  it('converts a line to a row with its document unchanged', async () => {
    const data = `{"kind":"${KIND}","links":{"self":"${SELF}"},"etag":"1.50","name":"A \\u0026 B"}`;
    expect(await read(`{"company_number":"09876543","data":${data}}\n`)).toEqual([
      {
        rows: [
          {
            line: 1,
            stream: 'persons-with-significant-control',
            resourceUri: SELF,
            resourceKind: 'company-psc-individual',
            companyNumber: '09876543',
            json: data,
          },
        ],
        rejects: [],
      },
    ]);
  });

  it.each([
    ['individual-person-with-significant-control', 'company-psc-individual'],
    ['corporate-entity-person-with-significant-control', 'company-psc-corporate'],
    ['legal-person-person-with-significant-control', 'company-psc-legal'],
    ['legal-person-with-significant-control', 'company-psc-legal'],
    ['super-secure-person-with-significant-control', 'company-psc-supersecure'],
    ['individual-beneficial-owner', 'individual-beneficial-owner'],
    ['corporate-entity-beneficial-owner', 'corporate-entity-beneficial-owner'],
    ['legal-person-beneficial-owner', 'legal-person-beneficial-owner'],
    ['super-secure-beneficial-owner', 'super-secure-beneficial-owner'],
  ])('maps the kind %s to the kind of the stream', async (kind, resourceKind) => {
    const { row } = await readOne(lineOf({ kind }));
    expect(row).toMatchObject({ stream: 'persons-with-significant-control', resourceKind });
  });

  it('maps statements and exemptions to their streams', async () => {
    const statement = `${COMPANY}/persons-with-significant-control-statements/aBc`;
    const exemptions = `${COMPANY}/exemptions`;
    const [piece] = await read(
      [
        lineOf({ kind: 'persons-with-significant-control-statement', links: { self: statement } }),
        lineOf({ kind: 'exemptions', links: { self: exemptions.slice(1) } }),
      ].join('\n'),
    );
    expect(piece?.rows).toMatchObject([
      {
        stream: 'persons-with-significant-control-statements',
        resourceKind: 'persons-with-significant-control-statement',
        resourceUri: statement,
      },
      { stream: 'company-exemptions', resourceKind: 'company-exemptions', resourceUri: exemptions },
    ]);
  });

  it.each([
    [`${COMPANY}/persons-with-significant-control/null/aBc`, 'persons-with-significant-control'],
    [
      `${COMPANY}/persons-with-significant-control-statements/aBc`,
      'persons-with-significant-control-statements',
    ],
    ['company/09876543/exemptions', 'company-exemptions'],
  ])('finds the stream of a new kind by its URI %s', async (self, stream) => {
    for (const kind of ['submarine-person', undefined, 7]) {
      expect((await readOne(lineOf({ kind, links: { self } }))).row).toMatchObject({
        stream,
        resourceKind: '',
      });
    }
  });

  it('rejects documents that belong to no stream', async () => {
    const line = lineOf({ kind: 'boat', links: { self: '/company/09876543/boats/1' } });
    expect((await readOne(line)).reason).toBe(
      'data.kind and data.links.self belong to no stream: "boat /company/09876543/boats/1"',
    );
  });

  it('reads the totals of the last line, and no row from its counts', async () => {
    expect(await read(`${lineOf()}\n${TOTALS}`)).toMatchObject([
      { rows: [{ line: 1 }], totals: { controllers: 9_792_999, statements: 627_924, exemptions: 60 } },
    ]);
    expect(await read(TOTALS)).toEqual([
      { rows: [], rejects: [], totals: { controllers: 9_792_999, statements: 627_924, exemptions: 60 } },
    ]);
  });

  it('rejects totals without counts', async () => {
    expect(
      (await readOne(TOTALS.replace('"exemptions_count":60', '"exemptions_count":"few"'))).reason,
    ).toMatch(/^data has no totals: /);
  });

  it.each([
    ['no JSON', '{"company_number":"09876543","data":{"kind"', /not a JSON object with a document/],
    ['a list', '[]', /not a JSON object with a document/],
    ['no document', '{"company_number":"09876543","data":null}', /not a JSON object with a document/],
    [
      'a text for a document',
      '{"company_number":"09876543","data":"x"}',
      /not a JSON object with a document/,
    ],
    ['two lines in one', `${lineOf()}${lineOf()}`, /not a JSON object with a document/],
    ['no links', lineOf({ links: undefined }), /^data.links.self is missing: /],
    ['no link to itself', lineOf({ links: {} }), /^data.links.self is missing: /],
    ['an empty link', lineOf({ links: { self: '' } }), /^data.links.self is missing: /],
    [
      'no company number',
      JSON.stringify({ data: documentOf({}) }),
      /^company_number is not a company number: ""$/,
    ],
    ['an impossible number', lineOf({}, 'AB-1'), /^company_number is not a company number: "AB-1"$/],
    [
      'a number for a number',
      lineOf().replace('"09876543"', '9876543'),
      /^company_number is not a company number/,
    ],
    ['a raw U+0000', lineOf({ name: 'A B' }).replace('A B', 'A\0B'), /not a JSON object with a document/],
  ])('rejects a line with %s', async (_title, line, reason) => {
    const { row, reason: actual, raw } = await readOne(line);
    expect(row).toBeUndefined();
    expect(actual).toMatch(reason);
    expect(raw).toBe(line.slice(0, 2_000).replace('\0', '\ufffd'));
  });

  const deep = JSON.parse('['.repeat(2_500) + ']'.repeat(2_500));
  it.each([
    ['U+0000', { name: 'A\0B' }, (line: string) => line, 'unstorable name = U+0000'],
    ['U+0000 behind a backslash', { name: '\\\0' }, (line: string) => line, 'unstorable name = U+0000'],
    ['U+0000 in a key', { 'a\0': 'x' }, (line: string) => line, 'unstorable a\ufffd = U+0000'],
    ['half a pair', { name: '\ud800' }, (line: string) => line, 'unstorable name = half a surrogate pair'],
    [
      'a number that no column holds',
      { name: 'N' },
      (line: string) => line.replace('"N"', '1e999999'),
      'unstorable name = a number that is too long',
    ],
    ['a bottomless document', { x: deep }, (line: string) => line, /^unstorable x.* = nested too deep/],
    [
      'a byte that is no UTF-8',
      { name: 'Zo\xeb' },
      (line: string) => Buffer.from(line, 'latin1'),
      'unstorable name = a byte that is no UTF-8',
    ],
  ])('takes a document with %s, as an event of it is taken', async (_title, data, spoil, fingerprint) => {
    const line = spoil(lineOf(data));
    const [piece] = await read(Buffer.concat([Buffer.from(line), Buffer.from(`\n${lineOf()}\n`)]));
    const [row, next] = piece?.rows ?? [];
    expect(next).toMatchObject({ line: 2 });
    expect(row?.drift?.map((drift) => drift.fingerprint)).toContainEqual(
      typeof fingerprint === 'string' ? fingerprint : expect.stringMatching(fingerprint),
    );
    expect(encodeText(row?.raw ?? '')).toEqual(Buffer.from(line));
    const document = decodeText(Buffer.from(line), false).slice(
      '{"company_number":"09876543","data":'.length,
      -1,
    );
    const event = '"event":{"timepoint":1,"published_at":"2026-03-02T10:15:30","type":"changed"}';
    const parsed = parseLine(
      `{"resource_kind":"k","resource_uri":"${SELF}","resource_id":"x","data":${document},${event}}`,
    );
    expect(parsed).toMatchObject({ event: { data: JSON.parse(row?.json ?? '') } });
  });

  it('does not mistake text for U+0000 or for a large number', async () => {
    const name = '\\u0000 ,1e9999 [1E+99999';
    const { row } = await readOne(lineOf({ name }));
    expect(JSON.parse(row?.json ?? '').name).toBe(name);
  });

  it('reads larger documents, with long texts of all characters', async () => {
    const name = '"\\{[1e99999,"🐝ŵ\u2028'.repeat(50_000);
    const { row } = await readOne(lineOf({ name }));
    expect(JSON.parse(row?.json ?? '').name).toBe(name);
  });

  it('replaces half a surrogate pair, and nothing else', async () => {
    const line = lineOf({ name: 'x' }).replace('"x"', '"\\ud83d\\udc1d \\ud83d \\\\ud83d"');
    expect(JSON.parse((await readOne(line)).row?.json ?? '').name).toBe('🐝 \ufffd \\ud83d');
  });

  it('reads members in any order, and additional ones', async () => {
    const data = documentOf({});
    for (const line of [
      { data, company_number: '09876543' },
      { company_number: '09876543', data, more: 1 },
      { company_number: '09876543', data, more: {} },
    ]) {
      const { row } = await readOne(JSON.stringify(line));
      expect([row?.companyNumber, JSON.parse(row?.json ?? '')]).toEqual(['09876543', data]);
    }
    expect(
      (
        await readOne(
          ` ${JSON.stringify({ company_number: 'sc123456', data }, null, 1).replaceAll('\n', ' ')} `,
        )
      ).row,
    ).toMatchObject({
      companyNumber: 'SC123456',
    });
  });

  it('gives the same pieces for any cut of the bytes, and splits at line feeds only', async () => {
    const lines = [`\ufeff${lineOf({ name: 'A\u2028B\u0085C' })}\r`, '', lineOf({ name: '🐝' }), '{', TOTALS];
    const whole = await read(lines.join('\n'));
    expect(whole).toMatchObject([
      { rows: [{ line: 1 }, { line: 3 }], rejects: [{ line: 4, raw: '{' }], totals: {} },
    ]);
    for (const size of [1, 2, 3, 7, 100]) expect(await read(lines.join('\n'), size)).toEqual(whole);
  });

  it('cuts pieces of a thousand', async () => {
    const pieces = await read(Array.from({ length: 2_001 }, () => lineOf()).join('\n'));
    expect(pieces.map(({ rows }) => rows.length)).toEqual([1_000, 1_000, 1]);
    expect(pieces[2]?.rows[0]?.line).toBe(2_001);
  });

  it('refuses a file that stops within a line, and takes one that lacks only the last line end', async () => {
    const file = Buffer.from([lineOf(), lineOf({ name: 'Ŵyn', kind: 'odd' }), TOTALS].join('\n'));
    const beginnings = [...file.entries()].flatMap(([place, byte]) => (byte === 0x0a ? [place + 1] : []));
    const whole = [...beginnings, ...beginnings.map((place) => place - 1), file.length];
    for (let length = 1; length <= file.length; length += 1) {
      const reading = read(file.subarray(0, length), 100);
      if (whole.includes(length)) expect(await reading).toHaveLength(1);
      else await expect(reading).rejects.toMatchObject({ code: 'source-cut', retryable: false });
    }
  });

  it('reads nothing from nothing', async () => {
    expect(await read('')).toEqual([]);
    expect(await read('\n\r\n')).toEqual([]);
  });
});
