-- What an inbox holds: the messages that are in at least one folder, each once, and their octets. Kept by the writer, who has the row locked anyway.
alter table inboxes
    add message_count bigint not null default 0,
    add message_octets bigint not null default 0;
update inboxes set (message_count, message_octets) = (
    select count(*), coalesce(sum(size), 0) from messages m
    where m.inbox_id = inboxes.inbox_id
        and exists (select from entries e where e.inbox_id = m.inbox_id and e.message_id = m.message_id));
