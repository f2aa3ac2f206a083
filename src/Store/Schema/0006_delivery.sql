-- What delivery has to know of a recipient besides its address. All rows of one message_id have one envelope.
alter table queue
    add destination        text not null default '',      -- domain of the recipient, lower case; empty: an inbox here
    add is_international   boolean not null default false, -- the header has what only RFC 6532 allows
    add trace              bytea not null default '',      -- Received field for the top of the message
    add notify             int,                            -- RFC 3461 NOTIFY: 1 success, 2 failure, 4 delay, 0 never; null: not said
    add original_recipient text,                           -- ORCPT, decoded
    add envelope_id        text,                           -- ENVID, decoded
    add returns_message    boolean,                        -- RET: true FULL, false HDRS; null: not said
    add released_at        timestamptz,                    -- when it may first be tried; its age counts from here
    add delay_told_at      timestamptz,                    -- when the sender was told that it takes long
    add lease_id           uuid,                           -- who is trying it until leased_until
    add last_status        text,                           -- enhanced status code of the last attempt
    add last_peer          text,                           -- the server of the last attempt
    add last_attempt_at    timestamptz;
update queue set destination = lower(substring(recipient from '@([^@]*)$')), released_at = created_at;
alter table queue alter destination drop default, alter released_at set not null;
create index queue_by_destination on queue (destination, next_attempt_at);
create index queue_by_lease on queue (lease_id) where lease_id is not null;

-- Addresses elsewhere that do not exist: mail to them failed for good. Nobody may write to them until they are taken out.
create table suppressions (
    organization_id uuid not null references organizations,
    address         text not null,                         -- lower case
    reason          text not null,                         -- what the other server said
    created_at      timestamptz not null,
    primary key (organization_id, address)
);

-- Domains that inboxes here send for, with the key that signs their mail.
create table domains (
    name          text primary key,                        -- lower case, as in the DNS
    dkim_selector text not null,
    dkim_key      bytea not null,                          -- RSA, PKCS #8
    created_at    timestamptz not null default now()
);

-- Whether mail of an inbox leaves by a server of its own, not as the hosts' settings say. Who keeps that server's settings sets it along with them.
alter table inboxes add has_own_route boolean not null default false;
