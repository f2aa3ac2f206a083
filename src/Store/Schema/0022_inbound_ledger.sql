-- Mail from other servers that was delivered of late, by recipient. A server that does not hear the reply sends its
-- message again, maybe to another host and for some of the recipients only; who has it already does not get it twice.
create table inbound_ledger (
    inbox_id    uuid not null references inboxes on delete cascade,
    digest      bytea not null,                                -- of return path, recipient and the message as received
    message_id  uuid not null,
    received_at timestamptz not null default now(),
    primary key (inbox_id, digest)
);
create index inbound_ledger_by_time on inbound_ledger (received_at);
