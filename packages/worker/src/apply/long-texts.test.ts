import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parsePscLine } from '@timepoint/cli/snapshots/files/psc-line';
import { createSchemaDriftWatch } from '@timepoint/database/schema-drift/schema-drift-watch';
import { mergeRows } from '@timepoint/database/snapshots/merge-rows';
import { verifyStream } from '@timepoint/database/verification/verify';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { STREAMS, type StreamName } from '@timepoint/shared/contract/streams';
import { createLogger } from '@timepoint/shared/platform/logger';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { createMetrics } from '../metrics.ts';
import { applyBatch } from './apply-batch.ts';

/** Random, so that no compression makes it fit. */
const longText = () => randomBytes(3_000).toString('base64url');

/** Where the documents of each stream have the texts of the typed columns; `*` stands for the element of a list. */
const FIELDS: Record<StreamName, readonly string[]> = {
  companies: [
    'company_name',
    'type',
    'subtype',
    'company_status',
    'company_status_detail',
    'jurisdiction',
    'date_of_creation',
    'date_of_cessation',
    'sic_codes.*',
    'sic_codes',
    'registered_office_address.postal_code',
    'accounts.next_due',
    'confirmation_statement.next_due',
  ],
  filings: [
    'transaction_id',
    'category',
    'subcategory',
    'type',
    'description',
    'date',
    'action_date',
    'barcode',
    'pages',
  ],
  officers: [
    'name',
    'officer_role',
    'appointed_on',
    'appointed_before',
    'resigned_on',
    'links.officer.appointments',
    'nationality',
    'occupation',
    'country_of_residence',
    'date_of_birth.year',
    'date_of_birth.month',
    'address.postal_code',
  ],
  'persons-with-significant-control': [
    'kind',
    'name',
    'notified_on',
    'ceased_on',
    'ceased',
    'natures_of_control.*',
    'nationality',
    'country_of_residence',
    'date_of_birth.year',
    'date_of_birth.month',
    'identification.registration_number',
  ],
  charges: [
    'charge_code',
    'charge_number',
    'status',
    'classification.description',
    'created_on',
    'delivered_on',
    'satisfied_on',
    'persons_entitled.*.name',
    'assets_ceased_released',
  ],
  'insolvency-cases': ['status', 'status.*', 'cases.*.type', 'cases.*.dates.*.date'],
  'disqualified-officers': [
    'name',
    'forename',
    'surname',
    'date_of_birth',
    'nationality',
    'company_number',
    'disqualifications.*.disqualified_until',
    'disqualifications.*.company_names.*',
  ],
  'company-exemptions': ['exemptions.psc.exemption_type'],
  'persons-with-significant-control-statements': ['statement', 'notified_on', 'ceased_on', 'linked_psc_name'],
};

/** A document that has a text at a path. */
function documentWith(path: string, text: string): unknown {
  return path
    .split('.')
    .reduceRight<unknown>((inner, name) => (name === '*' ? [inner] : { [name]: inner }), text);
}

const line = (uri: string, timepoint: number, data: unknown) =>
  JSON.stringify({
    resource_kind: 'a-kind',
    resource_uri: uri,
    data,
    event: { timepoint, published_at: '2026-03-02T10:15:30', type: 'changed' },
  });
const job = (stream: StreamName, lines: readonly string[], after = 100) =>
  eventsJobSchema.parse({ stream, origin: 100, after, upTo: after + lines.length, lines, receivedAt: 0 });

let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase(3);
});
afterAll(() => database.close());
beforeEach(() =>
  database.query(
    `truncate ${STREAMS.map(({ table }) => `register.${table}`).join(', ')}, register.company_status_changes,
       ingest.events, ingest.coverage, ingest.holes, ingest.dead_letters, ingest.schema_drift, ingest.drift`,
  ),
);
const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;

describe('Timepoint, meeting a text that is too long for an index,', () => {
  it.each(STREAMS.map(({ name, table }) => [name, table] as const))(
    'applies it in every field of %s, with its neighbours',
    async (stream, table) => {
      const texts = FIELDS[stream].map((path) => ({ path, text: longText() }));
      const documents = [
        { company_name: 'BEFORE' },
        ...texts.map(({ path, text }) =>
          documentWith(path, path.startsWith('links') ? `/officers/${text}/appointments` : text),
        ),
        { company_name: 'AFTER' },
      ];
      const lines = documents.map((data, index) =>
        line(`/company/${10_000_000 + index}/x/${index}`, 101 + index, data),
      );
      const drift = createSchemaDriftWatch({
        logger: createLogger({ name: 'test', level: 'silent' }),
        metrics: createMetrics(),
      });
      const applied = await applyBatch(database, job(stream, lines), drift);
      expect(applied).toMatchObject({
        applied: documents.length,
        dead: 0,
        watermark: 100 + documents.length,
      });
      const held = await rows(`select data from register.${table} order by timepoint`);
      expect(held).toEqual(documents.map((data) => ({ data })));
      expect(await applyBatch(database, job(stream, lines), drift)).toMatchObject({
        duplicate: documents.length,
        dead: 0,
      });
      expect(await verifyStream(database, stream, 0)).toMatchObject({ verdict: 'exact' });
    },
  );

  it.each(
    STREAMS.filter(({ snapshot }) => snapshot !== null).map((stream) => [stream.name, stream] as const),
  )('merges it from a file in every field of %s, with its neighbours', async (_name, stream) => {
    const documents = FIELDS[stream.name].map((path) => documentWith(path, longText()));
    await database.query(
      `create table if not exists ingest.staged (chunk integer, line bigint, stream text, resource_uri text, resource_kind text,
           company_number text, data jsonb)`,
    );
    await database.query('truncate ingest.staged');
    await database.query(
      `insert into ingest.staged
         select 0, place, $1, '/company/' || place, '', place::text, document
         from jsonb_array_elements($2::jsonb) with ordinality as given(document, place)`,
      [stream.name, JSON.stringify(documents)],
    );
    const options = { stream, staging: 'ingest.staged', chunk: 0, snapshotDate: '2026-07-01', only: null };
    expect(await mergeRows(database, options)).toMatchObject({ inserted: documents.length });
    expect(await rows(`select data from register.${stream.table} order by company_number::integer`)).toEqual(
      documents.map((data) => ({ data })),
    );
  });

  it('rejects a line of the file of controllers whose URI is too long, and reports why', () => {
    const data = {
      kind: 'individual-person-with-significant-control',
      links: { self: `/company/09876543/${longText()}` },
    };
    expect(parsePscLine(JSON.stringify({ company_number: '09876543', data }))).toMatchObject({
      kind: 'reject',
      reason: expect.stringContaining('is too long for a resource'),
    });
  });

  it('has a field here for every typed text column of the register', async () => {
    const columns = await rows(
      `select table_name as table, count(*)::integer as columns from information_schema.columns
       where table_schema = 'register' and is_generated = 'ALWAYS' and data_type in ('text', 'ARRAY', 'date')
       group by 1`,
    );
    for (const { table, columns: count } of columns) {
      const stream = STREAMS.find((declared) => declared.table === table);
      expect(FIELDS[stream?.name ?? 'companies'].length).toBeGreaterThanOrEqual(Number(count) - 1);
    }
  });

  it('keeps the whole text in the column, and the first 500 characters of an element of a list', async () => {
    const [status, code] = [longText(), longText()];
    const data = {
      company_name: 'A',
      company_status: status,
      company_status_detail: status,
      sic_codes: [code],
    };
    await applyBatch(database, job('companies', [line('/company/09876543', 101, data)]));
    expect(await rows('select company_status, sic_codes from register.companies')).toEqual([
      { company_status: status, sic_codes: [code.slice(0, 500)] },
    ]);
    expect(await rows('select to_status, to_status_detail from register.company_status_changes')).toEqual([
      { to_status: status, to_status_detail: status },
    ]);
  });

  it('makes a letter of an event whose URI is too long, sound or broken, and applies its neighbours', async () => {
    const uri = `/company/09876543/${longText()}`;
    const broken = JSON.stringify({ resource_uri: uri, event: { timepoint: 103, type: longText() } });
    const lines = [
      line('/company/00000001', 101, { company_name: 'A' }),
      line(uri, 102, { company_name: 'B' }),
      broken,
      line('/company/00000002', 104, { company_name: 'C' }),
    ];
    for (const attempts of [1, 2]) {
      expect(await applyBatch(database, job('companies', lines))).toMatchObject({ dead: 2, watermark: 104 });
      const letters = await rows(
        `select timepoint, reason, path, company_number, attempts, raw, detail from ingest.dead_letters order by timepoint`,
      );
      expect(letters).toMatchObject([
        { timepoint: 102, reason: 'envelope', path: 'resource_uri', raw: lines[1], attempts },
        { timepoint: 103, reason: 'envelope', raw: broken, attempts },
      ]);
      expect(letters[0]).toMatchObject({ company_number: '09876543', detail: /longer than 1000 bytes/ });
    }
    expect(await rows('select company_name from register.companies order by 1')).toHaveLength(2);
  });

  it('accepts a URI of the longest allowed length, counted in bytes and not in characters', async () => {
    const uri = (text: string, count: number) => `/company/09876543/${text.repeat(count)}`;
    const lines = [line(uri('x', 982), 101, {}), line(uri('€', 327), 102, {}), line(uri('€', 328), 103, {})];
    expect(await applyBatch(database, job('filings', lines))).toMatchObject({ applied: 2, dead: 1 });
  });

  it('keeps a difference in a field whose name is too long', async () => {
    const name = longText();
    await database.query(
      `insert into register.companies (resource_uri, resource_kind, company_number, data, snapshot_data, snapshot_date, deleted)
       values ('/company/09876543', '', '09876543', $1, $1, '2026-07-01', false)`,
      [JSON.stringify({ company_name: 'A', [name]: 'x' })],
    );
    const data = { company_name: 'A', [name]: 'y' };
    expect(
      await applyBatch(database, job('companies', [line('/company/09876543', 101, data)])),
    ).toMatchObject({
      applied: 1,
      dead: 0,
    });
    expect(await rows(`select length(field) < 300 as is_short, snapshot_value from ingest.drift`)).toEqual([
      { is_short: true, snapshot_value: 'x' },
    ]);
  });

  it('still finds by its indexes what the views and the documents ask for', async () => {
    await database.query(
      `insert into register.companies (resource_uri, resource_kind, company_number, data, stream_data, data_timepoint, timepoint, deleted)
       select '/company/' || n, '', n::text, document, document, n, n, false
       from generate_series(1, 5000) as n
       cross join lateral jsonb_build_object('company_name', 'A', 'company_status', 'active', 'company_status_detail',
         case when n % 100 = 0 then 'active-proposal-to-strike-off' end) as document`,
    );
    await database.query(
      `insert into register.charges (resource_uri, resource_kind, company_number, data, data_timepoint, timepoint, deleted)
       select '/company/' || n, '', n::text,
         jsonb_build_object('status', 'outstanding', 'persons_entitled', jsonb_build_array(jsonb_build_object('name', 'Bank ' || n))),
         n, n, false
       from generate_series(1, 5000) as n`,
    );
    await database.query('analyze register.companies, register.charges');
    const plan = async (sql: string) => JSON.stringify(await rows(`explain ${sql}`));
    expect(await plan('select * from register.strike_offs')).toContain('companies_status');
    expect(
      await plan(
        `select * from register.charges where persons_entitled @> array['Bank 7'] and status = 'outstanding'`,
      ),
    ).toContain('charges_persons_entitled');
    expect(await plan(`select * from register.charges where company_number = '7'`)).toContain(
      'charges_company',
    );
  });
});
