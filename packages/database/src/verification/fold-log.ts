// The log is folded into one row for each resource: the state from its newest event, the document from its newest changed
// event. The keys are folded first, because payloads are large and may be packed.
import type { Stream } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';
import { namesOf, render } from '../render.ts';

/** Folds the log of a stream into the temporary table `rebuilt`. */
export async function foldLog(sql: Sql, stream: Stream): Promise<void> {
  await sql.query(FOLD, [stream.name]);
}

/** Folds again the resources that changed since {@link foldLog}: those whose timepoints differ from the table. */
export async function foldDiffering(sql: Sql, stream: Stream): Promise<void> {
  await sql.query(render(DIFFERING, namesOf(stream)));
  await sql.query('delete from rebuilt using differing where rebuilt.resource_uri = differing.resource_uri');
  await sql.query(FOLD_DIFFERING, [stream.name]);
}

/** Folds the log of stream `$1`. Verification folds it in the same way: find-row-problems.ts. */
export const FOLD = `
insert into rebuilt
  (resource_uri, resource_kind, company_number, data, data_timepoint, timepoint, published_at, deleted)
select
  newest.resource_uri,
  case when jsonb_typeof(event.payload -> 'resource_kind') = 'string' then event.payload ->> 'resource_kind' else '' end
    as resource_kind,
  event.company_number,
  document.payload -> 'data' as data,
  newest.data_timepoint,
  newest.timepoint,
  event.published_at,
  event.type = 'deleted' as deleted
from (
  select resource_uri, max(timepoint) as timepoint, max(timepoint) filter (where type = 'changed') as data_timepoint
  from ingest.events
  where stream = $1
    -- A late event in the expired part is left out: the events that followed it are gone.
    and timepoint > coalesce((select expired_up_to from ingest.coverage where stream = $1), -1)
  group by resource_uri
) as newest
join ingest.event_log as event on event.stream = $1 and event.timepoint = newest.timepoint
left join ingest.event_log as document on document.stream = $1 and document.timepoint = newest.data_timepoint
`;

const DIFFERING = `
create temporary table differing on commit drop as
select coalesce(rebuilt.resource_uri, held.resource_uri) as resource_uri
from rebuilt
full join register.:table as held using (resource_uri)
where (rebuilt.timepoint, rebuilt.data_timepoint) is distinct from (held.timepoint, held.data_timepoint)
  and coalesce(rebuilt.timepoint, held.timepoint) is not null
`;

/** Folds the log of stream `$1` for the resources in the temporary table `differing`. */
export const FOLD_DIFFERING = `
insert into rebuilt
  (resource_uri, resource_kind, company_number, data, data_timepoint, timepoint, published_at, deleted)
select
  newest.resource_uri,
  case when jsonb_typeof(event.payload -> 'resource_kind') = 'string' then event.payload ->> 'resource_kind' else '' end
    as resource_kind,
  event.company_number,
  document.payload -> 'data' as data,
  newest.data_timepoint,
  newest.timepoint,
  event.published_at,
  event.type = 'deleted' as deleted
from (
  select resource_uri, max(timepoint) as timepoint, max(timepoint) filter (where type = 'changed') as data_timepoint
  from ingest.events
  where stream = $1
    -- A late event in the expired part is left out: the events that followed it are gone.
    and timepoint > coalesce((select expired_up_to from ingest.coverage where stream = $1), -1)
    and resource_uri in (select resource_uri from differing)
  group by resource_uri
) as newest
join ingest.event_log as event on event.stream = $1 and event.timepoint = newest.timepoint
left join ingest.event_log as document on document.stream = $1 and document.timepoint = newest.data_timepoint
`;
