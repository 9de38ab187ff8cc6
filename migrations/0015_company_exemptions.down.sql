drop table register.company_exemptions;
