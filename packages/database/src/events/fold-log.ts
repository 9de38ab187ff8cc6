/**
 * SQL for the rows that follow from the log of stream `$1`, one for each resource: the state from its newest event, the
 * document from its newest changed event. The keys are folded first, because payloads are large and may be packed.
 * `condition` restricts the events, such as `and resource_uri in (…)`.
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
    -- A late event in the expired part is left out: the events that followed it are gone.
    and timepoint > coalesce((select expired_up_to from ingest.coverage where stream = $1), -1)
    ${condition}
  group by resource_uri
) as newest
join ingest.event_log as event on event.stream = $1 and event.timepoint = newest.timepoint
left join ingest.event_log as document on document.stream = $1 and document.timepoint = newest.data_timepoint
`;
