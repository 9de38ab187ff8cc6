import { expect } from '@jest/globals';
import { type StreamName, streamNamed } from '@timepoint/shared/contract/streams';
import { until } from '@timepoint/testkit/until';
import type { System } from './system.ts';

type Row = Record<string, unknown>;

/**
 * Waits until everything that the simulator has published is in the database, and compares every table with
 * its ground truth: every resource, every status change, every event once, and no hole.
 */
export async function expectExactCopy(system: System): Promise<void> {
  for (const stream of system.streams) await expectExactStream(system, stream);
  await expectSameStatusChanges(system);
  const open = `state = 'open' and timepoint is not null`;
  expect((await system.sql.query(`select * from ingest.dead_letters where ${open}`)).rows).toEqual([]);
}

async function expectSameStatusChanges(system: System): Promise<void> {
  if (system.streams.includes('companies')) {
    expectSameRows(
      await readStatusChanges(system),
      await system.truth<Row>('companies/status-changes'),
      'company_number',
      'timepoint',
    );
  }
}

/** Compares the table of companies, and their status changes, with what the simulator says a perfect reader holds. */
export async function expectTrueCompanies(system: System): Promise<void> {
  expectSameRows(await readTable(system, 'companies'), await system.truth<Row>('companies'), 'resource_uri');
  await expectSameStatusChanges(system);
}

async function expectExactStream(system: System, stream: StreamName): Promise<void> {
  const { first, newest } = await system.status();
  await until(async () => (await system.watermark(stream)) >= newest[stream]);
  const holes = async (condition: string) =>
    (await system.sql.query(`select * from ingest.holes where stream = $1 and ${condition}`, [stream])).rows;
  await until(async () => (await holes(`state = 'open'`)).length === 0);
  expect(await holes(`state = 'accepted'`)).toEqual([]);
  const { rows: events } = await system.sql.query(
    'select count(*)::int, min(timepoint)::int, max(timepoint)::int from ingest.events where stream = $1',
    [stream],
  );
  const count = newest[stream] - first[stream] + 1;
  expect([stream, events[0]]).toEqual([stream, { count, min: first[stream], max: newest[stream] }]);
  expectSameRows(await readTable(system, stream), await system.truth<Row>(stream), 'resource_uri');
}

const numbers = (row: Row, ...columns: string[]): Row => ({
  ...row,
  ...Object.fromEntries(columns.map((column) => [column, row[column] === null ? null : Number(row[column])])),
});

async function readTable({ sql }: System, stream: StreamName): Promise<Row[]> {
  const { rows } = await sql.query<Row>(
    `select resource_uri, resource_kind, company_number, timepoint, deleted, data, data_timepoint
     from register.${streamNamed(stream).table}`,
  );
  return rows.map((row) => numbers(row, 'timepoint', 'data_timepoint'));
}

async function readStatusChanges({ sql }: System): Promise<Row[]> {
  const { rows } = await sql.query<Row>(
    `select company_number, timepoint, from_status, from_status_detail, to_status, to_status_detail
     from register.company_status_changes`,
  );
  return rows.map((row) => numbers(row, 'timepoint'));
}

/** Compares as sets by key, and shows only the rows that differ. */
function expectSameRows(found: readonly Row[], truth: readonly Row[], ...keys: string[]): void {
  const keyOf = (row: Row) => keys.map((key) => row[key]).join(' ');
  const held = new Map(found.map((row) => [keyOf(row), row]));
  const differing = truth.filter((row) => !isSame(held.get(keyOf(row)), row));
  expect(differing.slice(0, 3).map((row) => held.get(keyOf(row)))).toEqual(differing.slice(0, 3));
  expect({ rows: found.length, different: differing.length }).toEqual({ rows: truth.length, different: 0 });
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** jsonb keeps no order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
