drop table ingest.resource;
drop function register.normalize_company_number(text);
drop function register.latest_date(jsonb);
drop function register.parse_texts(jsonb);
drop function register.parse_integer(text);
drop function register.parse_date(text);
drop schema register;
