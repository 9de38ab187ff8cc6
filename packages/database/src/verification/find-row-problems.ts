import type { Stream } from '@timepoint/shared/contract/streams';
import { foldLog } from '../events/fold-log.ts';
import { sourcesOf } from '../events/sources.ts';
import type { Sql } from '../pool.ts';
import type { Problem } from './problem.ts';

/**
 * Compares the table of a stream with the fold of its log, as far as the log goes back. Rows whose events have expired
 * are not compared. A row that a file has too must follow from both sources.
 */
export async function findRowProblems(sql: Sql, stream: Stream): Promise<Problem[]> {
  return (await sql.query<Problem>(statement(stream), [stream.name])).rows;
}

/** SQL for the document of the stream, and for the values that must follow from it and a file. */
function partsOf(stream: Stream): Record<'document' | 'resolved' | 'wins' | 'deleted', string> {
  const sources = sourcesOf(stream);
  if (sources === null)
    return { document: 'held.data', resolved: 'held.data', wins: 'true', deleted: 'held.deleted' };
  return {
    document: 'held.stream_data',
    resolved: `${sources.resolve}(held.stream_data, held.published_at, held.snapshot_data, held.snapshot_date)`,
    wins: 'register.stream_wins(held.published_at, held.snapshot_date)',
    deleted:
      'register.is_deleted(held.timepoint, held.data_timepoint, held.published_at, held.snapshot_date)',
  };
}

function statement(stream: Stream): string {
  const { document, resolved, wins, deleted } = partsOf(stream);
  return `
with log as (
  select coalesce((select coalesce(expired_up_to, origin) from ingest.coverage where stream = $1), 0) as after
),
expected as (${foldLog()}),
compared as (
  select
    coalesce(expected.resource_uri, held.resource_uri) as resource_uri,
    expected.timepoint as expected_at,
    held.timepoint as held_at,
    case
      when expected.timepoint is null and held.timepoint > log.after then 'row-without-event'
      when expected.timepoint is null and held.data is distinct from ${resolved} then 'other-document'
      when expected.timepoint is null and held.deleted and not ${deleted} then 'lost-row'
      when expected.timepoint is null and ${deleted} and not held.deleted then 'resurrected-row'
      when expected.timepoint is null then null
      when held.timepoint is null then 'missing-row'
      when held.timepoint < expected.timepoint then 'stale-row'
      when held.timepoint > expected.timepoint then 'row-ahead-of-log'
      when expected.deleted and ${wins} and not held.deleted then 'resurrected-row'
      when held.deleted and not (expected.deleted and ${wins}) then 'lost-row'
      when expected.data_timepoint is not null
        and (held.data_timepoint, ${document}) is distinct from (expected.data_timepoint, expected.data) then 'other-document'
      when expected.data_timepoint is null and held.data_timepoint > log.after then 'other-document'
      when (held.resource_kind, held.company_number, held.published_at)
        is distinct from (expected.resource_kind, expected.company_number, expected.published_at) then 'other-envelope'
      when held.data is distinct from ${resolved} then 'other-document'
    end as problem
  from expected
  full join register.${stream.table} as held using (resource_uri)
  cross join log
),
ranked as (
  select *, row_number() over (partition by problem order by resource_uri) as place
  from compared
  where problem is not null
)
select
  problem, count(*) as count,
  array_agg(
    resource_uri || ' (row ' || coalesce('at ' || held_at, 'missing') || ', log ' || coalesce('at ' || expected_at, 'without it') || ')'
    order by place
  ) filter (where place <= 3) as examples
from ranked
group by problem
order by problem
`;
}
