-- The draft that a message in Drafts is a later text of; null: a draft of its own, of the message's id.
alter table messages add draft_id uuid;
create index messages_by_draft on messages (inbox_id, draft_id) where draft_id is not null;
