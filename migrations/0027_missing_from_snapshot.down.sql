-- Why: back to the view that believes any file that is done.
-- Locks: the view, for a moment.
create or replace view register.missing_from_snapshot as
with newest as (
  select snapshot_date
  from ingest.snapshots
  where product = 'basic-company-data' and state = 'done'
  group by snapshot_date, parts
  having count(distinct part) = parts
  order by snapshot_date desc
  limit 1
)
select
  companies.company_number, company_name, company_status, type, date_of_creation,
  companies.snapshot_date as last_seen_in, newest.snapshot_date as missing_from, published_at, resource_uri
from newest
join register.companies on companies.snapshot_date is distinct from newest.snapshot_date
where not deleted
  and company_status is not null
  and company_status not in ('dissolved', 'removed', 'converted-closed', 'closed')
  and coalesce(companies.snapshot_date < newest.snapshot_date, true)
  and (timepoint is null or not register.stream_wins(published_at, newest.snapshot_date))
  and coalesce(date_of_creation < newest.snapshot_date - 1, true);
