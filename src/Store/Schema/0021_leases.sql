-- Remote accounts to poll are found by when they are due: when their lease expires, or else at the next poll.
create index surfaces_due on surfaces ((coalesce(leased_until, next_poll_at))) where is_active;

-- Recipients with the same due time are taken in the order in which they were queued.
drop index queue_by_destination, queue_by_inbox;
create index queue_by_destination on queue (destination, next_attempt_at, queue_id);
create index queue_by_inbox on queue ((uuid_send(inbox_id)), next_attempt_at, queue_id);

-- Mail of a paused sender is due at infinity, behind all other mail, so that no search for due mail reads it.
alter table queue add paused_attempt_at timestamptz; -- when it is due once the sender may send
update queue q set next_attempt_at = 'infinity', paused_attempt_at = q.next_attempt_at
from inboxes i join organizations o using (organization_id)
where i.inbox_id = q.inbox_id
  and coalesce(i.sending_paused, i.sending_paused_by_organization, i.sending_paused_by_inbox, o.sending_paused) is not null;

-- Work that one instance does for all, a row each.
create table worker_leases (
    worker       text primary key,
    lease_id     uuid,
    leased_until timestamptz
);
create index worker_leases_by_lease on worker_leases (lease_id) where lease_id is not null;
insert into worker_leases (worker) values ('retention');
