-- What the maker of an inbox calls it: making it again finds it.
alter table inboxes add client_id text;
create unique index inboxes_by_client_id on inboxes (organization_id, client_id) where client_id is not null;

-- Of the request that sent it: an idempotency key that comes with another one is a mistake of the caller. Null: not by HTTP.
alter table submissions add request_sha256 bytea;

-- Threads are listed by their newest message.
create index messages_by_thread on messages (inbox_id, thread_id, message_id);
