-- Whose mail from outside an inbox has ever had: what comes from anybody else is marked $FirstTime.
create table known_senders (
    inbox_id uuid not null references inboxes on delete cascade,
    address  text not null,                                    -- of From, lower case
    first_at timestamptz not null,
    primary key (inbox_id, address)
);

-- Whether there is any inbox in a domain: asked for recipients that are none.
create index inboxes_by_domain on inboxes (split_part(address, '@', 2));
