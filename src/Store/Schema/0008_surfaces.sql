-- An account elsewhere that an inbox gets its mail from and sends by. Passwords are encrypted with a key that is not in the database.
create table surfaces (
    inbox_id              uuid primary key references inboxes on delete cascade,
    revision              int not null default 1,         -- grows with every start and stop: who works by an older one stops
    is_active             boolean not null,
    from_address          text not null,
    from_name             text,
    imap_host             text not null,
    imap_port             int not null,
    imap_secure           boolean not null,               -- TLS from the first octet, else STARTTLS
    imap_username         text not null,
    imap_password         bytea not null,
    smtp_host             text not null,
    smtp_port             int not null,
    smtp_secure           boolean not null,
    smtp_username         text not null,
    smtp_password         bytea not null,
    mailbox               text not null,
    poll_interval_minutes int not null,
    watched_from          timestamptz not null,           -- older messages of that account are none of ours
    uid_validity          bigint,                         -- null: the mailbox has not been opened yet
    last_uid              bigint not null default 0,      -- all up to it have been looked at
    renumbered_below      bigint not null default 0,      -- the account has numbered its messages anew: those below this may be from before watched_from
    messages_processed    bigint not null default 0,
    is_polling            boolean not null default false,
    consecutive_errors    int not null default 0,
    last_error            text,
    last_poll_at          timestamptz,
    next_poll_at          timestamptz not null,
    poll_requested_at     timestamptz,                    -- somebody waits for a poll that begins after this
    lease_id              uuid,                           -- who polls it until leased_until
    leased_until          timestamptz
);

-- What came from there, known by its content: a message can get another number there.
create table surface_messages (
    inbox_id uuid not null references surfaces on delete cascade,
    digest   bytea not null,                              -- SHA-256
    primary key (inbox_id, digest)
);
