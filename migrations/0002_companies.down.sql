drop table register.company_status_changes;
drop table register.companies;
drop function register.parse_date(text);
drop schema register;
