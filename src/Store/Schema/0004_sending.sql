-- Why an inbox, or every inbox of an organization, may not send for now; null: it may.
alter table inboxes add sending_paused text;
alter table organizations add sending_paused text;

-- Whom inboxes may write to: of the patterns that fit, the most specific decides.
create table sending_rules (
    rule_id         uuid primary key,
    organization_id uuid not null references organizations,
    inbox_id        uuid references inboxes on delete cascade, -- null: every inbox of the organization
    action          text not null check (action in ('allow', 'block')),
    pattern         text not null,                             -- local@domain, domain, *.domain or *; lower case
    created_at      timestamptz not null default now(),
    unique nulls not distinct (organization_id, inbox_id, pattern)
);
create index sending_rules_by_inbox on sending_rules (inbox_id);

-- What was accepted for sending in the last day: to count, and to know a message that a client sends again because the answer got lost.
create table submissions (
    inbox_id            uuid not null references inboxes on delete cascade,
    message_id          uuid not null,                         -- that Sent showed for it
    organization_id     uuid not null,
    thread_id           uuid not null,
    is_reply            boolean not null,
    submitted_at        timestamptz not null,
    internet_message_id text,
    content_sha256      bytea not null,                        -- of From, Subject, body and recipients
    idempotency_key     text,
    primary key (inbox_id, submitted_at, message_id)
);
create index submissions_by_organization on submissions (organization_id, submitted_at);
create index submissions_by_internet_message_id on submissions (inbox_id, internet_message_id);
create index submissions_by_idempotency_key on submissions (inbox_id, idempotency_key) where idempotency_key is not null;

-- Whom an inbox has ever written to.
create table known_recipients (
    inbox_id uuid not null references inboxes on delete cascade,
    address  text not null,                                    -- lower case
    first_at timestamptz not null,
    primary key (inbox_id, address)
);
create index known_recipients_by_first_at on known_recipients (inbox_id, first_at);
