-- While somebody follows an organization, and for as long after as events are kept, its changes are noted; null, or in the past: nobody does, and they are not.
alter table organizations add events_until timestamptz;

-- What a change has to tell, written in the change's own transaction and as short as can be: one row for what it did to a folder. Soon after the commit it becomes
-- events, which are numbered in an order that readers can rely on. Rows of one inbox are in the order of its commits.
create table event_notes (
    note_id         bigint generated always as identity primary key,
    organization_id uuid not null,
    inbox_id        uuid,                                -- null: of the organization
    type            text not null,
    occurred_at     timestamptz not null,
    folder_id       int,                                 -- with uids: entries, each of which becomes an event
    uids            text,                                -- as in changes
    amount          int not null,                        -- of events
    detail          text compression lz4 not null        -- JSON: what the entries do not tell
);

-- Numbered by one writer at a time, which commits before the next begins: whoever has read up to a position has missed nothing before it.
create table events (
    organization_id uuid not null,
    position        bigint generated always as identity,
    event_id        uuid not null unique,
    inbox_id        uuid,
    type            text not null,
    occurred_at     timestamptz not null,
    data            text compression lz4 not null,       -- JSON
    primary key (organization_id, position)
);
create index events_by_age on events using brin (occurred_at);

create table webhooks (
    webhook_id      uuid primary key,
    organization_id uuid not null references organizations,
    url             text not null,
    description     text,
    secret          text not null,                       -- signs, so it is needed as it is
    event_types     text[],                              -- null: all
    inbox_ids       uuid[],                              -- null: every inbox of the organization
    scopes          text[] not null,                     -- of the key that made it: what these do not cover is not told
    key_id          uuid,                                -- that made it
    created_at      timestamptz not null,
    failures        int not null default 0,              -- in a row
    disabled_at     timestamptz,
    disabled_reason text
);
create index webhooks_by_organization on webhooks (organization_id);

-- An event that a webhook is to be told, and how that went.
create table webhook_deliveries (
    delivery_id      uuid primary key,
    webhook_id       uuid not null references webhooks on delete cascade,
    event_id         uuid not null references events (event_id) on delete cascade,
    created_at       timestamptz not null,
    attempts         int not null default 0,
    next_attempt_at  timestamptz,                        -- null: none will follow
    lease_id         uuid,                               -- who is trying it until leased_until
    leased_until     timestamptz,
    delivered_at     timestamptz,
    last_attempt_at  timestamptz,
    last_status      int,                                -- of HTTP; null: there was no answer
    last_error       text,
    last_duration_ms int
);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_attempt_at) where next_attempt_at is not null;
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, delivery_id);
create index webhook_deliveries_by_event on webhook_deliveries (event_id);
