drop table register.insolvency_cases;
