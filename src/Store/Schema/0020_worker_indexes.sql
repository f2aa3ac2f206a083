-- What the workers look for: no statement of theirs reads a whole table of mail or events.
create index events_by_inbox on events (inbox_id) where inbox_id is not null;
create index event_notes_by_inbox on event_notes (inbox_id) where inbox_id is not null;
create index sent_copies_by_time on sent_copies ((greatest(submitted_at, appended_at)));

-- A BRIN index forgets no old row: after a purge its ranges still claim them, and the next purge reads the whole table.
drop index events_by_age;
create index events_by_time on events (occurred_at);

create index folders_with_trash on folders (folder_id, inbox_id) where name = 'Trash';
