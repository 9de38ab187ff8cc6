create or replace view register.strike_offs as
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
  and companies.company_status_detail = 'active-proposal-to-strike-off';

comment on column register.companies.company_status is 'Such as active, dissolved or liquidation.';
comment on column register.companies.postal_code is 'The postal code of the registered office.';

drop index register.companies_status;
drop index register.companies_postal_code;
drop index register.company_status_changes_to;
drop index register.officers_officer;
drop index register.charges_company;
drop index register.disqualified_officers_company;
drop index register.filings_category;
drop index register.filings_type;

-- Fails when a text that fits into no key of such an index was applied meanwhile.
create index companies_status on register.companies (company_status, company_status_detail);
create index companies_postal_code on register.companies (postal_code text_pattern_ops);
create index company_status_changes_to on register.company_status_changes (to_status, to_status_detail, timepoint);
create index officers_officer on register.officers (officer_id);
create index charges_company on register.charges (company_number, status);
create index disqualified_officers_company on register.disqualified_officers (disqualified_company_number);
create index filings_category on register.filings (category, date desc);
create index filings_type on register.filings (type, date desc);

create or replace function register.parse_long_list(value jsonb) returns text[]
  language sql immutable strict parallel safe
  return case jsonb_typeof(value)
    when 'array' then array(select element from jsonb_array_elements_text(value) as element where element is not null)
    when 'null' then null
    else array[value #>> '{}']
  end;

create or replace function register.parse_texts(value jsonb) returns text[]
  language sql immutable parallel safe
  return case
    when value is null then null
    when jsonb_typeof(value) = 'array' and value -> 4 is null
      then array_remove(array[value ->> 0, value ->> 1, value ->> 2, value ->> 3], null)
    else register.parse_long_list(value)
  end;

comment on function register.parse_long_list(jsonb) is
  'The elements of a list as text, without nulls; a single value is a list of one.';
comment on function register.parse_texts(jsonb) is
  'The elements of a list as text, without nulls; a single value is a list of one.';
