-- Why: a key of an index holds about 2,700 bytes, and a longer text of a document must not cost the document. Single
-- texts are indexed by their first 200 characters, or by their hash where only equality is asked for; the elements of
-- the lists are cut to 500 characters, as a GIN index can't be made over less than an element. docs/decisions/0017.
-- Locks: each table while its indexes are built, against writers; some 20 s for five million companies.
create or replace function register.parse_long_list(value jsonb) returns text[]
  language sql immutable strict parallel safe
  return case jsonb_typeof(value)
    when 'array' then
      array(select left(element, 500) from jsonb_array_elements_text(value) as element where element is not null)
    when 'null' then null
    else array[left(value #>> '{}', 500)]
  end;

create or replace function register.parse_texts(value jsonb) returns text[]
  language sql immutable parallel safe
  return case
    when value is null then null
    when jsonb_typeof(value) = 'array' and value -> 4 is null
      then array_remove(
        array[left(value ->> 0, 500), left(value ->> 1, 500), left(value ->> 2, 500), left(value ->> 3, 500)], null)
    else register.parse_long_list(value)
  end;

comment on function register.parse_long_list(jsonb) is
  'The elements of a list as text, without nulls, each cut to 500 characters; a single value is a list of one.';
comment on function register.parse_texts(jsonb) is
  'The elements of a list as text, without nulls, each cut to 500 characters; a single value is a list of one.';

drop index register.companies_status;
drop index register.companies_postal_code;
drop index register.company_status_changes_to;
drop index register.officers_officer;
drop index register.charges_company;
drop index register.disqualified_officers_company;
drop index register.filings_category;
drop index register.filings_type;

create index companies_status on register.companies (left(company_status, 200), left(company_status_detail, 200));
create index companies_postal_code on register.companies (left(postal_code, 200) text_pattern_ops);
create index company_status_changes_to
  on register.company_status_changes (left(to_status, 200), left(to_status_detail, 200), timepoint);
create index officers_officer on register.officers using hash (officer_id);
create index charges_company on register.charges (company_number, left(status, 200));
create index disqualified_officers_company on register.disqualified_officers using hash (disqualified_company_number);
create index filings_category on register.filings (left(category, 200), date desc);
create index filings_type on register.filings (left(type, 200), date desc);

comment on column register.companies.company_status is
  'Such as active, dissolved or liquidation. The index is over left(company_status, 200).';
comment on column register.companies.postal_code is
  'The postal code of the registered office. The index is over left(postal_code, 200).';

-- The same columns and rows as before; the conditions on the beginnings are there for the index.
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
  and companies.company_status_detail = 'active-proposal-to-strike-off'
  and left(companies.company_status, 200) = 'active'
  and left(companies.company_status_detail, 200) = 'active-proposal-to-strike-off';
