drop function
  register.normalize_resource_uri(text),
  register.normalize_company_number(text),
  register.latest_date(jsonb),
  register.parse_texts(jsonb),
  register.parse_long_list(jsonb),
  register.parse_integer(text),
  register.parse_date(text),
  register.parse_leap_day(text);
drop schema register;
