drop function
  register.resolve_whole(jsonb, timestamptz, jsonb, date),
  register.resolve(jsonb, timestamptz, jsonb, date),
  register.without_stale_detail(jsonb, jsonb),
  register.assert_against(jsonb, jsonb),
  register.file_only(jsonb),
  register.overlay(jsonb, jsonb),
  register.is_parted(text, jsonb),
  register.is_same(text, jsonb, jsonb),
  register.address_text(jsonb),
  register.is_deleted(bigint, bigint, timestamptz, date),
  register.stream_wins(timestamptz, date);
