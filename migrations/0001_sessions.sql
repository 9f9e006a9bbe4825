-- One text for SQLite and Postgres: BIGINT, TEXT, BYTEA only; times are Unix milliseconds, flags 0/1.

-- A row a session; everything else about it is in its facts.
create table sessions (
    id text primary key,
    code text not null unique,
    title text not null,
    state text not null,
    created_at bigint not null
);

-- The log that is the one truth. The primary key is also the fence: two owners of one session
-- cannot both write the same seq, the second one fails and ends.
create table facts (
    session_id text not null,
    seq bigint not null,
    at_ms bigint not null,
    body text not null,
    primary key (session_id, seq)
);

-- One-time host sign-in links; only a hash is kept.
create table sign_ins (
    token_hash text primary key,
    expires_at bigint not null,
    used_at bigint
);

-- Browsers that are signed in as host, and bearer tokens of the API (kind: 'cookie' or 'token').
create table host_keys (
    token_hash text primary key,
    kind text not null,
    label text not null,
    created_at bigint not null,
    expires_at bigint
);
