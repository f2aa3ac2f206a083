-- Plans that do not depend on statistics. Of two indexes that both start with inbox_id Postgres may take either while it takes the inbox for small, also the one that leads through
-- the whole inbox. So the primary key is the only index of a table that starts with inbox_id. The others start with an id that is unique across inboxes, or name
-- the inbox by uuid_send(inbox_id), which conditions on inbox_id do not match.
drop index messages_by_internet_message_id, messages_by_draft, messages_by_thread, entries_by_message, tombstones_by_message, sent_copies_by_internet_message_id,
    sent_copies_by_content, submissions_by_internet_message_id, submissions_by_idempotency_key, queue_by_sent, keywords_by_name;
create index messages_by_internet_message_id on messages (internet_message_id, (uuid_send(inbox_id))) where internet_message_id is not null;
create index messages_by_draft on messages (draft_id) where draft_id is not null;
create index messages_by_thread on messages (thread_id, message_id);
create index entries_by_message on entries (message_id);
create index tombstones_by_message on tombstones (message_id);
create index sent_copies_by_internet_message_id on sent_copies (internet_message_id, (uuid_send(inbox_id)));
create index sent_copies_by_content on sent_copies (content_sha256, (uuid_send(inbox_id)));
create index submissions_by_internet_message_id on submissions (internet_message_id, (uuid_send(inbox_id)));
create index submissions_by_idempotency_key on submissions (idempotency_key, (uuid_send(inbox_id))) where idempotency_key is not null;
create index queue_by_sent on queue (sent_id);
create unique index keywords_by_name on keywords ((uuid_send(inbox_id)), lower(name));

-- Imports look for messages without Message-ID by their size.
create index messages_without_message_id on messages (size, (uuid_send(inbox_id))) where internet_message_id is null;

-- A page of one folder, in the order of arrival.
create index entries_by_folder_and_message on entries ((uuid_send(inbox_id)), folder_id, message_id);
