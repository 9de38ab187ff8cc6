drop table register.company_status_changes;
