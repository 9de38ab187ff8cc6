import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
import { storableText } from '@timepoint/shared/contract/storable-json';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import fc from 'fast-check';
import { applyBatch } from './apply-batch.ts';

const ORIGIN = 100;
const STATUSES = ['active', 'liquidation', 'dissolved'];

type Written =
  | {
      readonly kind: 'changed';
      readonly company: number;
      readonly status: string | null;
      readonly name: string;
      /** Whether its line is broken in the stream, and sound only in a later job of its own: a dead letter that is replayed. */
      readonly isReplayed: boolean;
    }
  | {
      readonly kind: 'deleted';
      readonly company: number;
      readonly data: object | null;
      readonly isReplayed: boolean;
    }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'poison'; readonly company: number };

const isReplayed = fc.integer({ min: 0, max: 3 }).map((draw) => draw === 0);
const company = fc.integer({ min: 1, max: 4 });
const written: fc.Arbitrary<Written> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('changed' as const),
      company,
      status: fc.constantFrom(...STATUSES, null),
      name: fc.string({ unit: 'binary', maxLength: 5 }),
      isReplayed,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('deleted' as const),
      company,
      data: fc.constantFrom(null, { links: {} }),
      isReplayed,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('garbage' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('poison' as const), company }) },
);

const numberOf = (index: number) => `0000000${index}`;

function toLine(event: Written, timepoint: number): string {
  if (event.kind === 'garbage') return `{"garbage":,"event":{"timepoint":${timepoint}}}`;
  const data = {
    changed: () => ({
      company_name: (event as { name: string }).name,
      ...(event.kind === 'changed' && event.status ? { company_status: event.status } : {}),
    }),
    deleted: () => (event as { data: object | null }).data,
    poison: () => ({ company_name: 'POISON' }),
  }[event.kind]();
  return JSON.stringify({
    resource_kind: 'company-profile',
    resource_uri: `/company/${numberOf(event.company)}`,
    data,
    event: {
      timepoint,
      type: event.kind === 'deleted' ? 'deleted' : 'changed',
      published_at: '2026-03-02T10:15:30',
    },
  });
}

/** The expected contents of the tables, computed event by event in timepoint order. */
function expectedTables(events: readonly Written[]) {
  const companies = new Map<string, object>();
  const changes: object[] = [];
  const statuses = new Map<string, string>();
  const letters: { timepoint: number; company_number: string | null }[] = [];
  for (const [index, event] of events.entries()) {
    const timepoint = ORIGIN + 1 + index;
    if (event.kind === 'garbage' || event.kind === 'poison') {
      letters.push({ timepoint, company_number: event.kind === 'poison' ? numberOf(event.company) : null });
      continue;
    }
    const company_number = numberOf(event.company);
    const before = companies.get(company_number) as
      | { company_name: string | null; data_timepoint: number | null }
      | undefined;
    const document =
      event.kind === 'changed'
        ? { company_name: storableText(event.name), data_timepoint: timepoint }
        : { company_name: before?.company_name ?? null, data_timepoint: before?.data_timepoint ?? null };
    companies.set(company_number, {
      company_number,
      timepoint,
      deleted: event.kind === 'deleted',
      ...document,
    });
    if (event.kind !== 'changed' || event.status === null || statuses.get(company_number) === event.status)
      continue;
    changes.push({
      company_number,
      timepoint,
      from_status: statuses.get(company_number) ?? null,
      to_status: event.status,
    });
    statuses.set(company_number, event.status);
  }
  const byNumber = (one: object, other: object) => JSON.stringify(one).localeCompare(JSON.stringify(other));
  return {
    companies: [...companies.values()].toSorted(byNumber),
    changes: changes.toSorted(byNumber),
    // The other letters were superseded by a newer document of the same company.
    letters: letters
      .filter((letter) => !events.some((event, index) => supersedes(event, ORIGIN + 1 + index, letter)))
      .map(({ timepoint }) => timepoint),
  };
}

function supersedes(
  event: Written,
  timepoint: number,
  letter: { timepoint: number; company_number: string | null },
): boolean {
  if (event.kind !== 'changed') return false;
  return timepoint > letter.timepoint && numberOf(event.company) === letter.company_number;
}

/** Cuts the events into jobs at the given places. */
function toJobs(lines: readonly string[], places: readonly number[]): EventsJob[] {
  const ends = [...new Set([...places.map((place) => place % (lines.length + 1)), lines.length])].toSorted(
    (a, b) => a - b,
  );
  return ends.flatMap((end, index) => {
    const begin = ends[index - 1] ?? 0;
    if (begin === end) return [];
    const range = { origin: ORIGIN, after: ORIGIN + begin, upTo: ORIGIN + end };
    return [
      eventsJobSchema.parse({ stream: 'companies', ...range, lines: lines.slice(begin, end), receivedAt: 0 }),
    ];
  });
}

const breakLine = (timepoint: number) => `{"event":{"timepoint":${timepoint}}}`;
const isReplayedEvent = (event: Written) => 'isReplayed' in event && event.isReplayed;

/** A job for each event whose line was broken before, with the sound line. */
function toReplays(events: readonly Written[], lines: readonly string[]): EventsJob[] {
  return events.flatMap((event, index) =>
    isReplayedEvent(event)
      ? toJobs(lines.slice(0, index + 1), [index]).filter((job) => job.upTo === ORIGIN + 1 + index)
      : [],
  );
}

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(5);
  await database.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'poison'; end $$;
    create trigger refuse before insert on ingest.events
      for each row when (new.payload #>> '{data,company_name}' = 'POISON') execute function refuse()`);
});
afterAll(() => database.close());

async function readTables() {
  const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
  const letters = await rows(
    `select timepoint from ingest.dead_letters where state = 'open' order by timepoint`,
  );
  return {
    companies: await rows(
      'select company_number, timepoint, deleted, company_name, data_timepoint from register.companies order by 1',
    ),
    changes: await rows(
      'select company_number, timepoint, from_status, to_status from register.company_status_changes order by 1, 2',
    ),
    letters: letters.map((letter) => letter.timepoint),
    holes: await rows('select * from ingest.holes'),
    coverage: await rows(
      'select ingest.watermark(origin, covered) as watermark, covered::text from ingest.coverage',
    ),
  };
}

describe('Timepoint, applying jobs,', () => {
  it('ends in the same tables for any split, order, repetition, late replay and number of workers', async () => {
    const cases = fc.record({
      events: fc.array(written, { minLength: 1, maxLength: 40 }),
      first: fc.array(fc.nat(), { maxLength: 8 }),
      second: fc.array(fc.nat(), { maxLength: 8 }),
      order: fc.infiniteStream(fc.nat()),
      workers: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ events, first, second, order, workers }) => {
        await database.query(
          'truncate register.companies, register.company_status_changes, ingest.events, ingest.coverage, ingest.holes, ingest.dead_letters',
        );
        const lines = events.map((event, index) => toLine(event, ORIGIN + 1 + index));
        const broken = lines.map((text, index) =>
          events[index] !== undefined && isReplayedEvent(events[index])
            ? breakLine(ORIGIN + 1 + index)
            : text,
        );
        const jobs = [...toJobs(broken, first), ...toJobs(broken, second), ...toReplays(events, lines)]
          .map((job) => ({ job, key: order.next().value ?? 0 }))
          .toSorted((one, other) => one.key - other.key)
          .map(({ job }) => job);
        const work = async (): Promise<void> => {
          for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) await applyBatch(database, job);
        };
        await Promise.all(Array.from({ length: workers }, work));
        const end = ORIGIN + events.length;
        expect(await readTables()).toEqual({
          ...expectedTables(events),
          holes: [],
          coverage: [{ watermark: end, covered: `{[${ORIGIN + 1},${end + 1})}` }],
        });
      }),
      { numRuns: 150 },
    );
  }, 180_000);
});
