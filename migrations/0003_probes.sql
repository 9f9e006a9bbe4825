-- One row that is written anew to find out whether the database can be written.
create table probes (
    id bigint primary key,
    filler text not null
);
