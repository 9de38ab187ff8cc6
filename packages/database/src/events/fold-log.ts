/**
 * SQL for the rows that the log of stream `$1` tells, one for each resource: state from its newest event,
 * document from its newest changed one. The keys are folded first, as payloads are large and may be packed.
 * `condition` narrows the events, such as `and resource_uri in (…)`.
 */
export const foldLog = (condition = '') => `
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
    -- What a late event left behind of a part that has expired says nothing: what followed it is gone.
    and timepoint > coalesce((select expired_up_to from ingest.coverage where stream = $1), -1)
    ${condition}
  group by resource_uri
) as newest
join ingest.event_log as event on event.stream = $1 and event.timepoint = newest.timepoint
left join ingest.event_log as document on document.stream = $1 and document.timepoint = newest.data_timepoint
`;
