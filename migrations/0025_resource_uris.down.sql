-- Rows that were merged stay merged: which events were of which form is no longer known, and nothing of them is lost.
drop function register.normalize_resource_uri(text);
