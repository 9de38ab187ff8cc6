import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_RAW_BYTES, MAX_RAW_LINES } from '@timepoint/database/events/save-raw-lines';
import { createSchemaDriftWatch } from '@timepoint/database/schema-drift/schema-drift-watch';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
import { STREAM_NAMES, STREAMS, type StreamName } from '@timepoint/shared/contract/streams';
import { createLogger } from '@timepoint/shared/platform/logger';
import { TEST_DOCUMENTS } from '@timepoint/testkit/documents';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import fc from 'fast-check';
import { replayLetter } from '../letters/replay-letter.ts';
import { createMetrics } from '../metrics.ts';
import { applyBatch } from './apply-batch.ts';

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(2);
});
afterAll(() => database.close());
beforeEach(() => forget());

const forget = () =>
  database.query(
    `truncate ${STREAMS.map(({ table }) => `register.${table}`).join()}, register.company_status_changes,
       ingest.events, ingest.coverage, ingest.holes, ingest.dead_letters, ingest.schema_drift, ingest.raw_lines`,
  );

const openWatch = () =>
  createSchemaDriftWatch({
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics(),
  });
const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;

/** JSON of an event; `spoil` may change its text. */
const line = (
  timepoint: number,
  data: unknown,
  { uri = '/company/09876543', ...position }: Record<string, unknown> = {},
) =>
  JSON.stringify({
    resource_kind: 'a-kind',
    resource_uri: uri,
    data,
    event: { timepoint, type: 'changed', published_at: '2026-03-02T10:15:30', ...position },
  });

const apply = (lines: readonly string[], changes: object = {}, stream: StreamName = 'companies') => {
  const job: EventsJob = eventsJobSchema.parse({
    stream,
    origin: 100,
    after: 100,
    upTo: 100 + lines.length,
    lines,
    receivedAt: 1_000,
    ...changes,
  });
  return applyBatch(database, job, openWatch());
};

describe('Timepoint, meeting what Postgres can not hold,', () => {
  it('applies the event with U+FFFD, reports it as schema drift, and keeps the raw line', async () => {
    const odd = line(101, { company_name: 'A\0B', list: [{ '\ud800': 1 }] });
    expect(
      await apply([odd, line(102, { company_name: 'SOUND' }, { uri: '/company/00000001' })]),
    ).toMatchObject({
      applied: 2,
      dead: 0,
    });
    expect(await rows('select company_name, data from register.companies where timepoint = 101')).toEqual([
      { company_name: 'A\ufffdB', data: { company_name: 'A\ufffdB', list: [{ '\ufffd': 1 }] } },
    ]);
    expect(
      await rows(
        `select kind, path, value, timepoint from ingest.schema_drift where kind = 'unstorable' order by path`,
      ),
    ).toEqual([
      { kind: 'unstorable', path: 'company_name', value: 'U+0000', timepoint: 101 },
      { kind: 'unstorable', path: 'list[].\ufffd', value: 'half a surrogate pair', timepoint: 101 },
    ]);
    expect(
      await rows(
        `select stream, timepoint, reason, convert_from(raw, 'UTF8') as raw, bytes from ingest.raw_lines`,
      ),
    ).toEqual([
      {
        stream: 'companies',
        timepoint: 101,
        reason: 'U+0000 at company_name; half a surrogate pair at list[].\ufffd',
        raw: odd,
        bytes: odd.length,
      },
    ]);
  });

  it('changes nothing when the same line comes again', async () => {
    const odd = [line(101, { company_name: 'A\0B' })];
    await apply(odd);
    const before = [
      await rows('select * from register.companies'),
      await rows('select * from ingest.raw_lines'),
    ];
    expect(await apply(odd)).toMatchObject({ applied: 0, duplicate: 1, dead: 0 });
    expect([
      await rows('select * from register.companies'),
      await rows('select * from ingest.raw_lines'),
    ]).toEqual(before);
  });

  it('applies a line whose bytes are no UTF-8, and keeps them', async () => {
    const [head = '', tail = ''] = line(101, { company_name: 'CAF!' }).split('!');
    const bytes = Buffer.concat([Buffer.from(head), Buffer.of(0xc9), Buffer.from(tail)]);
    const undecodable = [{ index: 0, bytes: bytes.toString('base64') }];
    expect(await apply([bytes.toString()], { undecodable })).toMatchObject({ applied: 1, dead: 0 });
    expect(await rows('select company_name from register.companies')).toEqual([
      { company_name: 'CAF\ufffd' },
    ]);
    expect(await rows(`select path, value from ingest.schema_drift where kind = 'unstorable'`)).toEqual([
      { path: 'company_name', value: 'a byte that is no UTF-8' },
    ]);
    expect(await rows('select raw from ingest.raw_lines')).toEqual([{ raw: bytes }]);
  });

  it('keeps the bytes of a line that becomes a dead letter, and replays them', async () => {
    const bytes = Buffer.from('7b22786f22ff', 'hex');
    const undecodable = [{ index: 0, bytes: bytes.toString('base64') }];
    await apply([bytes.toString(), '\0', line(103, { company_name: 'NEXT' })], { undecodable });
    expect(await rows('select raw, raw_bytes from ingest.dead_letters order by timepoint')).toEqual([
      { raw: '{"xo"\ufffd', raw_bytes: bytes },
      { raw: '\ufffd', raw_bytes: Buffer.of(0) },
    ]);
    const name = Buffer.from(line(101, { company_name: '#' })).map((byte) => (byte === 0x23 ? 0xe9 : byte));
    await database.query('update ingest.dead_letters set raw_bytes = $1 where timepoint = 101', [name]);
    const [letter] = await rows('select id from ingest.dead_letters where timepoint = 101');
    expect(await replayLetter(database, Number(letter?.id))).toEqual({ kind: 'applied' });
    expect(await rows('select raw from ingest.raw_lines')).toEqual([{ raw: Buffer.from(name) }]);
    expect(await rows(`select path from ingest.schema_drift where kind = 'unstorable'`)).toEqual([
      { path: 'company_name' },
    ]);
  });

  it('passes a letter that an older version has made of such a line', async () => {
    await apply(['{"cut']);
    await database.query(`update ingest.dead_letters set raw = $1, reason = 'rejected'`, [
      line(101, { company_name: '\0' }),
    ]);
    const [letter] = await rows('select id from ingest.dead_letters');
    expect(await replayLetter(database, Number(letter?.id))).toEqual({ kind: 'applied' });
    expect(await rows('select company_name from register.companies')).toEqual([{ company_name: '\ufffd' }]);
  });

  it.each([
    '1e400',
    '-1e400',
    '1e131072',
    '1e200000',
    '1e-20000',
    '1e999999999999',
    '7'.repeat(100_000),
    `0.${'7'.repeat(20_000)}`,
  ])('applies a document with such a number in every place: %p', async (number) => {
    const places = {
      company_number: 1,
      etag: 1,
      pages: 1,
      charge_number: 1,
      date: 1,
      cases: [{ number: 1 }],
      name: 1,
      list: [1],
    };
    for (const stream of STREAM_NAMES) {
      const odd = line(101, { ...places, date_of_birth: { year: 1, month: 1 } }).replace(
        /:1(?=[,}])|\[1\]/g,
        (place) => (place.startsWith('[') ? `[${number}]` : `:${number}`),
      );
      expect(await apply([odd], {}, stream)).toMatchObject({ applied: 1, dead: 0 });
    }
  });

  it('keeps raw lines within bounds', async () => {
    const long = line(101, { company_name: `\0${'A'.repeat(MAX_RAW_BYTES)}` });
    await apply([long]);
    expect(await rows('select octet_length(raw) as kept, bytes from ingest.raw_lines')).toEqual([
      { kept: MAX_RAW_BYTES, bytes: long.length },
    ]);
    for (let after = 101; after < 101 + 2 * MAX_RAW_LINES; after += 500) {
      const lines = Array.from({ length: 500 }, (_, index) =>
        line(after + 1 + index, { company_name: `\0${index}` }),
      );
      expect(await apply(lines, { after, upTo: after + 500 })).toMatchObject({ applied: 500, dead: 0 });
    }
    expect(await rows('select count(*)::integer from ingest.raw_lines')).toEqual([{ count: MAX_RAW_LINES }]);
  });

  it('applies any document with any text in any place, of any stream', async () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit }),
      fc.constantFrom('\0', '\ud800', '\udc80x'),
    );
    const cases = fc.record({
      documents: fc.array(fc.record({ stream: fc.constantFrom(...STREAM_NAMES), pick: fc.nat() }), {
        minLength: 1,
        maxLength: 5,
      }),
      texts: fc.infiniteStream(text),
      rate: fc.constantFrom(0.2, 1),
      draws: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      uri: text,
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ documents, texts, rate, draws, uri }) => {
        const next = () => texts.next().value ?? '';
        const spoil = (value: unknown): unknown => {
          if (Array.isArray(value)) return value.map(spoil);
          if (typeof value === 'object' && value !== null)
            return Object.fromEntries(
              Object.entries(value).flatMap(([key, member]) => [
                [key, spoil(member)],
                ...((draws.next().value ?? 0) < rate / 5 ? [[`${key}${next()}`, spoil(member)]] : []),
              ]),
            );
          return (draws.next().value ?? 0) < rate ? next() : value;
        };
        for (const { stream, pick } of documents) {
          const document = TEST_DOCUMENTS[stream][pick % TEST_DOCUMENTS[stream].length];
          const odd = line(101, spoil(document), { uri: `/company/09876543/${uri}`, published_at: next() });
          await forget();
          expect(await apply([odd], {}, stream)).toMatchObject({ applied: 1, dead: 0 });
        }
      }),
      { numRuns: 30 },
    );
  }, 120_000);
});

describe('Timepoint, meeting an odd envelope,', () => {
  it.each([
    '9999-12-31T23:59:59-01:00',
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00',
    '0001-01-01T00:00:00+01:00',
    '1000-01-01T00:00:00+14:00',
    '-0044-03-15T12:00:00',
    '2026-03-02T24:00:00',
    '2016-12-31T23:59:60Z',
    '2026-03-02T10:15:30+25:00',
    '2026-03-02T10:15:30-15:59',
    '294277-01-01T00:00:00Z',
    'infinity',
    'now',
    `${'9'.repeat(5_000)}-01-01T00:00:00Z`,
    1e300,
    { year: 2026 },
  ])('applies an event that was published at %p', async (published_at) => {
    expect(await apply([line(101, { company_name: 'A' }, { published_at })])).toMatchObject({
      applied: 1,
      dead: 0,
    });
  });

  it('treats an event without a type as a change, and reports it once', async () => {
    const lines = [undefined, null, ''].map((type, index) =>
      line(101 + index, { company_name: 'A' }, { type }),
    );
    expect(await apply(lines)).toMatchObject({ applied: 3, dead: 0 });
    expect(await rows('select type from ingest.events')).toEqual(lines.map(() => ({ type: 'changed' })));
    expect(
      await rows(`select path, timepoint from ingest.schema_drift where kind = 'missing-field'`),
    ).toEqual([{ path: '$.event.type', timepoint: 101 }]);
    expect(await rows('select * from ingest.raw_lines')).toEqual([]);
  });

  it('makes a letter of an unknown type, with its reason', async () => {
    expect(await apply([line(101, { company_name: 'A' }, { type: 'created' })])).toMatchObject({ dead: 1 });
    expect(await rows('select reason, path from ingest.dead_letters')).toEqual([
      { reason: 'envelope', path: 'event.type' },
    ]);
  });
});
