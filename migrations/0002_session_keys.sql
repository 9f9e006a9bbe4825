-- Links and tokens that are good for one session: co-host, moderator, speaker, bridge. Only a hash is kept.
create table session_keys (
    id text primary key,
    session_id text not null,
    role text not null,
    label text not null,
    token_hash text not null unique,
    created_at bigint not null,
    revoked_at bigint
);

create index session_keys_of_session on session_keys (session_id);
