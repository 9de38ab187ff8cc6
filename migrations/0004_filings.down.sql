drop table register.filings;
