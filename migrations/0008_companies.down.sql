drop table register.companies;
