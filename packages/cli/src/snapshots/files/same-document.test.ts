import { describe, expect, it } from '@jest/globals';
import { parseLine } from '@timepoint/shared/contract/envelope';
import { companyFile, companyRecord } from '@timepoint/testkit/company-csv';
import fc from 'fast-check';
import { readBasicCompanyData } from './read-basic-company-data.ts';
import { readPscSnapshot } from './read-psc-snapshot.ts';
import { collect, inChunks } from './test-chunks.ts';

const SELF = '/company/09876543/persons-with-significant-control/individual/aBc_1';
const KIND = 'individual-person-with-significant-control';
const TAIL = '"event":{"timepoint":1,"published_at":"2026-03-02T10:15:30","type":"changed"}}';

/** Signs that Postgres, JSON or a decoder treats in a way of its own. */
const SIGNS = ['\0', '\ufeff', '\ufffd', '\u2028', '🐝', 'ŵ', '\\', '"', '&', '\u0001', '\u0085', ' '];
const sign = fc.constantFrom(...SIGNS);
const text = fc.string({ unit: fc.oneof(sign, fc.constantFrom('\ud83d', '\udc1d')), maxLength: 12 });
/** As JSON writes them: most lose digits in a double, and the last is more than a numeric column holds. */
const number = fc.constantFrom('1e400', '-0', '1.50', '123456789012345678901234567890', '1e-400', '1e999999');
const value = fc.oneof(
  text.map((some) => JSON.stringify(some)),
  number,
  fc.array(number, { maxLength: 3 }).map((some) => `[${some}]`),
);

function eventOf(uri: string, document: string) {
  const parsed = parseLine(
    `{"resource_kind":"k","resource_uri":"${uri}","resource_id":"x","data":${document},${TAIL}`,
  );
  if (!parsed.isEvent) throw new Error(parsed.broken.detail);
  return parsed.event;
}

describe('Timepoint, given the same odd document by stream and file,', () => {
  it('stores the same JSON, digit by digit, from the file of who controls companies', async () => {
    const members = fc.array(fc.tuple(text, value), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(members, async (some) => {
        const odd = some.map(([key, json]) => `,${JSON.stringify(`x${key}`)}:${json}`).join('');
        const document = `{"kind":"${KIND}","links":{"self":"${SELF}"}${odd}}`;
        const line = `{"company_number":"09876543","data":${document}}\n`;
        const [piece] = await collect(readPscSnapshot(inChunks(Buffer.from(line))));
        const row = piece?.rows[0];
        const event = eventOf(SELF, document);
        expect(event.line).toContain(`"data":${row?.json},"event"`);
        expect((row?.drift ?? []).filter(({ kind }) => kind === 'unstorable').length > 0).toBe(
          event.deviations.length > 0,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('stores the same name from the file of companies, as far as that can carry it', async () => {
    const name = fc.string({ unit: sign, maxLength: 12 }).map((some) => `A${some}B`);
    await fc.assert(
      fc.asyncProperty(name, async (company_name) => {
        const file = companyFile(companyRecord({ CompanyName: company_name }));
        const [piece] = await collect(readBasicCompanyData(inChunks(Buffer.from(file))));
        const event = eventOf('/company/09876543', JSON.stringify({ company_name }));
        expect(JSON.parse(piece?.rows[0]?.json ?? '{}').company_name).toBe(event.data?.company_name);
      }),
      { numRuns: 300 },
    );
  });
});
