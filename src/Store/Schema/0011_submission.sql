-- How the sender asked for a later release, as a report repeats it (RFC 4865); null: it did not.
alter table queue add release_request text;

-- When an inbox last wrote to somebody, or had mail from there, to within a week: old acquaintances are forgotten.
alter table known_recipients add last_at timestamptz not null default now();
alter table known_senders add last_at timestamptz not null default now();
create index known_recipients_by_last_at on known_recipients (last_at);
create index known_senders_by_last_at on known_senders (last_at);
