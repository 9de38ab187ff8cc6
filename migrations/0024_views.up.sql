-- Why: the questions that people ask first.
-- Locks: nothing that exists.
create view register.live_companies as
select
  resource_uri, resource_kind, company_number, data, data_timepoint, timepoint, published_at, deleted, updated_at,
  company_name, type, subtype, company_status, company_status_detail, jurisdiction, date_of_creation, date_of_cessation,
  sic_codes, postal_code, accounts_next_due, confirmation_statement_next_due
from register.companies
where not deleted
  and company_status is not null
  and company_status not in ('dissolved', 'removed', 'converted-closed', 'closed');

comment on view register.live_companies is
  'Companies that exist now: not deleted, dissolved, removed, closed or converted. Columns as in register.companies.';

-- The conditions on the beginnings are there for the index.
create view register.strike_offs as
select
  companies.company_number, companies.company_name, companies.type, companies.postal_code,
  proposal.published_at as proposed_at,
  proposal.timepoint as proposed_timepoint,
  proposal.from_status is not null as is_start_known,
  companies.resource_uri
from register.companies
left join lateral (
  select change.published_at, change.timepoint, change.from_status, change.to_status, change.to_status_detail
  from register.company_status_changes as change
  where change.company_number = companies.company_number
  order by change.timepoint desc
  limit 1
) as proposal
  on (proposal.to_status, proposal.to_status_detail) = (companies.company_status, companies.company_status_detail)
where not companies.deleted
  and companies.company_status = 'active'
  and companies.company_status_detail = 'active-proposal-to-strike-off'
  and left(companies.company_status, 200) = 'active'
  and left(companies.company_status_detail, 200) = 'active-proposal-to-strike-off';

comment on view register.strike_offs is 'Companies that are proposed for strike-off now, and since when.';
comment on column register.strike_offs.company_number is 'The company.';
comment on column register.strike_offs.company_name is 'Its registered name.';
comment on column register.strike_offs.type is 'The type of company.';
comment on column register.strike_offs.postal_code is 'The postal code of the registered office.';
comment on column register.strike_offs.proposed_at is
  'When the event with the proposal was published; null until the history of statuses has come that far.';
comment on column register.strike_offs.proposed_timepoint is 'The timepoint of that event.';
comment on column register.strike_offs.is_start_known is
  'False when the first event here showed the proposal already: then it was made at proposed_at at the latest.';
comment on column register.strike_offs.resource_uri is 'The company''s resource.';

create view register.current_officers as
select
  officers.company_number, company.company_name, company.company_status,
  officers.name, officers.officer_role, officers.appointed_on, officers.appointed_before,
  officers.officer_id, officers.nationality, officers.occupation, officers.birth_year, officers.birth_month,
  officers.resource_uri
from register.officers
left join register.companies as company on company.resource_uri = '/company/' || officers.company_number
where not officers.deleted
  and officers.officer_role is not null
  and officers.data ->> 'resigned_on' is null;

comment on view register.current_officers is
  'Appointments that have not ended. Columns as in register.officers, with the name and status of the company, which '
  'are null when no event of the company has come yet. Officers of a dissolved company stay appointed.';

create view register.current_controllers as
select
  controllers.company_number, company.company_name, company.company_status,
  controllers.resource_kind, controllers.kind, controllers.name, controllers.natures_of_control, controllers.notified_on,
  controllers.nationality, controllers.country_of_residence, controllers.birth_year, controllers.birth_month,
  controllers.registration_number, controllers.resource_uri
from register.persons_with_significant_control as controllers
left join register.companies as company on company.resource_uri = '/company/' || controllers.company_number
where not controllers.deleted and controllers.data is not null and not controllers.is_ceased;

comment on view register.current_controllers is
  'Persons with significant control and beneficial owners whose control has not ended. Columns as in '
  'register.persons_with_significant_control, with the name and status of the company. A super-secure one has no name.';

create function register.company_overview(number text) returns jsonb
  language sql stable parallel safe
  set search_path = register, pg_catalog
as $$
  with held as (
    select 'company' as part, null::date as day, to_jsonb(companies) as entry, company_number from companies
    union all
    select 'officers', appointed_on, to_jsonb(officers), company_number from officers
    union all
    select 'persons_with_significant_control', notified_on, to_jsonb(controllers), company_number
    from persons_with_significant_control as controllers
    union all
    select 'persons_with_significant_control_statements', notified_on, to_jsonb(statements), company_number
    from persons_with_significant_control_statements as statements
    union all
    select 'charges', created_on, to_jsonb(charges), company_number from charges
    union all
    select 'insolvency', null, to_jsonb(insolvency_cases), company_number from insolvency_cases
    union all
    select 'exemptions', null, to_jsonb(company_exemptions), company_number from company_exemptions
    union all
    select 'disqualifications', null, to_jsonb(disqualified_officers), disqualified_company_number
    from disqualified_officers
    union all
    select 'filings', date, to_jsonb(filings), company_number from filings
  ),
  parts as (
    select part, jsonb_agg(shown order by day desc nulls last, entry ->> 'resource_uri') as entries
    from held
    cross join lateral (
      select jsonb_object_agg(key, value)
      from jsonb_each(entry)
      where key in ('resource_uri', 'resource_kind', 'data', 'timepoint', 'published_at', 'deleted')
    ) as pruned(shown)
    where company_number = normalize_company_number(number)
    group by part
    union all
    select 'status_changes', jsonb_agg(to_jsonb(change) - 'company_number' order by timepoint)
    from company_status_changes as change
    where company_number = normalize_company_number(number)
    having count(*) > 0
  )
  select jsonb_build_object('company_number', normalize_company_number(number)) || jsonb_object_agg(
    part,
    case when part in ('company', 'insolvency', 'exemptions') then entries -> 0 else entries end
  )
  from parts
  having count(*) > 0
$$;

comment on function register.company_overview(text) is
  'Everything that is held about a company, as one document: each resource with its data and timepoint, tombstones too, '
  'newest first, and its changes of status, oldest first. Null when nothing is held.';
