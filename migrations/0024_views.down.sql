drop function register.company_overview(text);
drop view register.current_controllers;
drop view register.current_officers;
drop view register.strike_offs;
drop view register.live_companies;
