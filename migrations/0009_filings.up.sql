-- Why: the copy of the stream /filings.
-- Texts are indexed by their first 200 characters, or by their hash where only equality is asked for: a key of an index
-- holds about 2,700 bytes (docs/decisions/0017).
-- Locks: nothing that exists.
create table register.filings (
  like ingest.resource including all,
  transaction_id text generated always as (data ->> 'transaction_id') stored,
  category text generated always as (data ->> 'category') stored,
  subcategory text generated always as (data ->> 'subcategory') stored,
  type text generated always as (data ->> 'type') stored,
  description text generated always as (data ->> 'description') stored,
  date date generated always as (register.parse_date(data ->> 'date')) stored,
  action_date date generated always as (register.parse_date(data ->> 'action_date')) stored,
  barcode text generated always as (data ->> 'barcode') stored,
  pages integer generated always as (register.parse_integer(data ->> 'pages')) stored
);
create index filings_company on register.filings (company_number, date desc);
create index filings_category on register.filings (left(category, 200), date desc);
create index filings_type on register.filings (left(type, 200), date desc);

comment on table register.filings is
  'Filing histories: one row for each filing of a company.';
comment on column register.filings.transaction_id is 'The publisher''s id of the filing; a number in some documents.';
comment on column register.filings.category is 'Such as accounts, officers, mortgage or gazette.';
comment on column register.filings.subcategory is 'A closer category, such as termination; a list in some documents.';
comment on column register.filings.type is 'The form, such as AA, CS01 or GAZ1.';
comment on column register.filings.description is
  'The publisher''s identifier of the description, such as incorporation-company.';
comment on column register.filings.date is 'When it was filed.';
comment on column register.filings.action_date is 'When what was filed took effect.';
comment on column register.filings.barcode is 'The barcode of the document.';
comment on column register.filings.pages is 'Pages of the document.';
