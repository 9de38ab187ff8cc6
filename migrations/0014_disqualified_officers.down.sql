drop table register.disqualified_officers;
