-- The state of a session as it stood at a fact, so that a start reads the facts after it only. What is here can
-- always be made again from the facts. made_by names the shape of the state: another program's is passed over.
create table snapshots (
    session_id text primary key,
    seq bigint not null,
    made_by text not null,
    body bytea not null
);
