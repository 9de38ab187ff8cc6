drop table register.charges;
