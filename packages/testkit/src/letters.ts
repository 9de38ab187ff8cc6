import type { Database } from '@timepoint/database/pool';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
import { applyBatch } from '@timepoint/worker/apply/apply-batch';

/** For tests: a constraint of an operator, which makes Postgres refuse a company named `POISON…`. */
export const POISON = `alter table register.companies add constraint no_poison check (company_name not like 'POISON%')`;
/** For tests: removes the constraint of {@link POISON}. */
export const CURE = 'alter table register.companies drop constraint no_poison';

/** For tests: an event of a company. */
export interface TestEvent {
  readonly timepoint: number;
  readonly company?: string;
  readonly name: string;
  readonly status?: string;
  readonly type?: string;
}

const ORIGIN = 100;

/** For tests: the event as a line of the stream of companies. */
export function toLine({
  timepoint,
  company = '09876543',
  name,
  status,
  type = 'changed',
}: TestEvent): string {
  return JSON.stringify({
    resource_kind: 'company-profile',
    resource_uri: `/company/${company}`,
    data: { company_name: name, company_status: status },
    event: { timepoint, type, published_at: '2026-03-02T10:15:30' },
  });
}

/**
 * For tests: applies consecutive events as one job. The log begins at timepoint 101. `lines` replaces the lines of the
 * events, such as by broken ones.
 */
export async function applyTestEvents(
  database: Database,
  events: readonly TestEvent[],
  lines = events.map(toLine),
) {
  const first = events[0]?.timepoint ?? 0;
  const job: EventsJob = eventsJobSchema.parse({
    stream: 'companies',
    origin: ORIGIN,
    after: first - 1,
    upTo: events.at(-1)?.timepoint,
    lines,
    receivedAt: 1_000,
  });
  return applyBatch(database, job);
}

/** For tests: empties the tables, and removes the constraint of {@link POISON}. */
export async function forget(database: Database): Promise<void> {
  await database.query('alter table register.companies drop constraint if exists no_poison');
  await database.query(
    `truncate register.companies, register.company_status_changes, ingest.events, ingest.coverage, ingest.holes,
       ingest.dead_letters, ingest.audit`,
  );
}
