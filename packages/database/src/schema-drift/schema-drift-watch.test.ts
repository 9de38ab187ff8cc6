import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { createLogger } from '@timepoint/shared/platform/logger';
import { eventOf } from '@timepoint/testkit/documents';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { createMetrics } from '@timepoint/worker/metrics';
import { saveSchemaDrift } from './save-schema-drift.ts';
import { createSchemaDriftWatch, MAX_FINGERPRINTS, type SchemaDriftWatch } from './schema-drift-watch.ts';

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(4);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query('truncate ingest.schema_drift');
});

/** Creates the watch of a process, with what it logged and counted. */
function openWatch() {
  const lines: Record<string, unknown>[] = [];
  const output = new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      lines.push(JSON.parse(line));
      done();
    },
  });
  const metrics = createMetrics();
  const watch = createSchemaDriftWatch({
    logger: createLogger({ name: 'test', level: 'info', output }),
    metrics,
  });
  const counted = async () =>
    (await metrics.schemaDrift.get()).values.map(({ labels, value }) => [labels.stream, labels.kind, value]);
  return { watch, lines, counted };
}

/** Finds and saves schema drift in the same way as applying a batch. */
async function apply(
  watch: SchemaDriftWatch,
  events: readonly StreamEvent[],
  stream: StreamName = 'companies',
) {
  const found = watch.look(stream, events);
  const fresh = await database.transaction((tx) => saveSchemaDrift(tx, stream, found));
  watch.remember(stream, found, fresh);
  return fresh.map(({ drift }) => drift.fingerprint);
}

const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
const fingerprints = async () =>
  (await rows('select fingerprint from ingest.schema_drift order by stream, fingerprint collate "C"')).map(
    (row) => row.fingerprint,
  );

describe('Timepoint, watching for schema drift,', () => {
  it('reports a new field once, with the first event that had it', async () => {
    const { watch, lines, counted } = openWatch();
    const event = eventOf({ company_name: 'TREGARTH TIDAL LTD', mood: 'calm' }, 101);
    expect(await apply(watch, [event, eventOf({ mood: 'wild' }, 102)])).toEqual(['unknown-field mood']);
    expect(await apply(watch, [eventOf({ mood: 'calm' }, 103)])).toEqual([]);
    expect(await rows('select * from ingest.schema_drift')).toEqual([
      {
        stream: 'companies',
        fingerprint: 'unknown-field mood',
        kind: 'unknown-field',
        path: 'mood',
        value: null,
        sample: JSON.parse(event.line),
        timepoint: 101,
        resource_uri: '/company/09876543',
        first_seen_at: expect.any(Date),
        snapshot_id: null,
        line: null,
      },
    ]);
    expect(await counted()).toEqual([['companies', 'unknown-field', 1]]);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        stream: 'companies',
        fingerprint: 'unknown-field mood',
        timepoint: 101,
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('TREGARTH');
  });

  it('keeps each kind of schema drift with its path and value', async () => {
    const { watch } = openWatch();
    await apply(watch, [eventOf({ company_status: 'resting', can_file: 'yes', mood: 1 })]);
    expect(await rows('select kind, path, value from ingest.schema_drift order by kind')).toEqual([
      { kind: 'unexpected-type', path: 'can_file', value: 'string' },
      { kind: 'unknown-field', path: 'mood', value: null },
      { kind: 'unknown-value', path: 'company_status', value: 'resting' },
    ]);
  });

  it('reports it again when its transaction was rolled back', async () => {
    const { watch, lines } = openWatch();
    const events = [eventOf({ mood: 'calm' })];
    const failed = database.transaction(async (tx) => {
      await saveSchemaDrift(tx, 'companies', watch.look('companies', events));
      throw new Error('the store failed');
    });
    await expect(failed).rejects.toThrow('the store failed');
    expect(lines).toEqual([]);
    expect(await apply(watch, events)).toEqual(['unknown-field mood']);
    expect(lines).toHaveLength(1);
  });

  it('reports nothing that another process or an earlier start has reported', async () => {
    await apply(openWatch().watch, [eventOf({ mood: 'calm' })]);
    const { watch, lines, counted } = openWatch();
    expect(await apply(watch, [eventOf({ mood: 'calm', tide: 'low' }, 105)])).toEqual(['unknown-field tide']);
    expect(lines).toHaveLength(1);
    expect(await counted()).toEqual([['companies', 'unknown-field', 1]]);
    expect(watch.look('companies', [eventOf({ mood: 'calm' })])).toEqual([]);
  });

  it('is reported once by workers that find it at the same time, in any order', async () => {
    const events = [eventOf({ b: 1, a: 1, c: 1 }), eventOf({ c: 1, d: 1, a: 1 })];
    const reported = await Promise.all([
      apply(openWatch().watch, events),
      apply(openWatch().watch, events.toReversed()),
      apply(openWatch().watch, events),
    ]);
    expect(reported.flat().toSorted()).toEqual(['a', 'b', 'c', 'd'].map((name) => `unknown-field ${name}`));
  });

  it('reports the same drift of another stream as well', async () => {
    const { watch } = openWatch();
    await apply(watch, [eventOf({ mood: 'calm' })]);
    await apply(watch, [eventOf({ mood: 'calm' })], 'officers');
    expect(await fingerprints()).toEqual(['unknown-field mood', 'unknown-field mood']);
  });

  it('keeps what Postgres has no characters for', async () => {
    const { watch } = openWatch();
    const odd = { company_status: 'a\0b', 'tide\0': '\ud800', name: '\\u0000 😀' };
    expect(await apply(watch, [eventOf(odd)])).toHaveLength(6);
    expect(await fingerprints()).toEqual([
      'unknown-field name',
      'unknown-field tide\ufffd',
      'unknown-value company_status = a\ufffdb',
      'unstorable company_status = U+0000',
      'unstorable tide\ufffd = U+0000',
      'unstorable tide\ufffd = half a surrogate pair',
    ]);
    const [sample] = await rows(`select sample -> 'data' as data from ingest.schema_drift limit 1`);
    expect(sample?.data).toEqual({ company_status: 'a\ufffdb', 'tide\ufffd': '\ufffd', name: '\\u0000 😀' });
    expect(await apply(watch, [eventOf(odd)])).toEqual([]);
  });

  it('stops at a limit with one warning, in memory and in the table', async () => {
    const { watch, lines } = openWatch();
    const events = Array.from({ length: 60 }, (_, index) =>
      eventOf(
        { cases: Array.from({ length: 20 }, (_, place) => ({ type: `case-${index}-${place}` })) },
        101 + index,
      ),
    );
    for (const batch of [events.slice(0, 30), events.slice(30), events])
      await apply(watch, batch, 'insolvency-cases');
    expect(watch.look('insolvency-cases', events)).toEqual([]);
    expect(lines).toHaveLength(MAX_FINGERPRINTS + 1);
    expect(lines.at(-1)).toMatchObject({ stream: 'insolvency-cases', fingerprints: MAX_FINGERPRINTS });
    const others = openWatch();
    expect(await apply(others.watch, events.toReversed(), 'insolvency-cases')).toEqual([]);
    expect(await apply(others.watch, [eventOf({ mood: 'calm' })])).toEqual(['unknown-field mood']);
    expect(await rows('select count(*) from ingest.schema_drift group by stream order by 1')).toEqual([
      { count: 1 },
      { count: MAX_FINGERPRINTS },
    ]);
  });
});
