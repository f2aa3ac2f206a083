-- Each part of the queue finds its first recipient by an index that no other part uses.
drop index queue_by_next_attempt;
create index queue_by_next_attempt on queue ((next_attempt_at at time zone 'UTC'), queue_id);
create index queue_by_inbox on queue ((uuid_send(inbox_id)), next_attempt_at);
create index inboxes_with_own_route on inboxes (inbox_id) where has_own_route;
