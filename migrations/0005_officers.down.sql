drop table register.officers;
