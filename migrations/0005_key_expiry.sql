-- Links of helpers and tokens of one session may end by themselves; null is never.
alter table session_keys add column expires_at bigint;
