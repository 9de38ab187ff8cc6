drop table register.company_status_changes;
drop table register.companies;
