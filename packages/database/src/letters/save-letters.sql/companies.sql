with incoming as (
  select *, md5(raw) as raw_digest
  from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[])
    as letter(timepoint, resource_uri, reason, detail, path, raw, raw_bytes)
),
repeated as (
  update ingest.dead_letters
  set attempts = attempts + 1, last_seen_at = now()
  from incoming
  where dead_letters.stream = $1
    and (dead_letters.timepoint = incoming.timepoint
        -- What distinguishes letters of one timepoint, as in the index dead_letters_place.
        and (case dead_letters.reason when 'conflict' then dead_letters.raw_digest when 'derivation' then dead_letters.reason else '' end)
          = (case incoming.reason when 'conflict' then incoming.raw_digest when 'derivation' then incoming.reason else '' end)
      or (dead_letters.timepoint is null and incoming.timepoint is null
        and dead_letters.raw_digest = incoming.raw_digest))
)
insert into ingest.dead_letters (stream, timepoint, resource_uri, reason, detail, path, raw, raw_bytes, state)
select
  $1, timepoint, resource_uri, reason, detail, path, raw, raw_bytes,
  case
    when reason = 'derivation' then 'open'
    when reason <> 'conflict'
      and exists (select from ingest.events where events.stream = $1 and events.timepoint = incoming.timepoint)
      or exists (
        select from register.companies as current
        where current.resource_uri = incoming.resource_uri and current.data_timepoint > incoming.timepoint
      )
    then 'superseded' else 'open'
  end
from incoming
order by timepoint, raw_digest
on conflict do nothing
