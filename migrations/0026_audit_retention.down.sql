comment on table ingest.dead_letters is 'Lines that could not be applied, each with its raw text and the reason.';
comment on table ingest.audit is 'What people did by command or dashboard; its rows stay for ever.';
