import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { STREAMS, type StreamName } from '@timepoint/shared/contract/streams';
import { applyBatch } from '@timepoint/worker/apply/apply-batch';
import { openMigratedDatabase } from './migrated-database.ts';

/** For tests: an own register, into which the test applies one event after the other. */
export interface TestRegister {
  readonly url: string;
  /**
   * Applies an event of type `changed`; `changes` replaces members of the event. Timepoints begin at 101. All streams
   * share one count.
   */
  apply(stream: StreamName, uri: string, data: unknown, changes?: object): Promise<void>;
  remove(stream: StreamName, uri: string, data?: unknown): Promise<void>;
  select(columns: string, from: string): Promise<Record<string, unknown>[]>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Opens an empty register on the Postgres of the test run. */
export async function openTestRegister(): Promise<TestRegister> {
  const database = await openMigratedDatabase(2);
  let timepoint = 100;
  const apply = async (stream: StreamName, uri: string, data: unknown, changes: object = {}) => {
    const after = timepoint++;
    const event = { timepoint, published_at: '2026-03-02T10:15:30', type: 'changed', ...changes };
    const line = JSON.stringify({
      resource_kind: 'a-kind',
      resource_uri: uri,
      resource_id: 'x',
      data,
      event,
    });
    await applyBatch(
      database,
      eventsJobSchema.parse({ stream, origin: 100, after, upTo: timepoint, lines: [line], receivedAt: 0 }),
    );
  };
  return {
    url: database.url,
    apply,
    remove: (stream, uri, data) => apply(stream, uri, data, { type: 'deleted' }),
    select: async (columns, from) =>
      (await database.query<Record<string, unknown>>(`select ${columns} from ${from}`)).rows,
    empty: async () => {
      timepoint = 100;
      await database.query(
        `truncate ${STREAMS.map(({ table }) => `register.${table}`).join(', ')}, register.company_status_changes,
           ingest.events, ingest.coverage`,
      );
    },
    close: () => database.close(),
  };
}
