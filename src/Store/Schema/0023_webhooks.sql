-- A webhook that fails is paused and probed, and is disabled only after days. Nothing that it is to receive is dropped while its event is kept.
alter table webhooks
    add failing_since   timestamptz,                     -- null: the last request succeeded
    add paused_until    timestamptz,                     -- null: not paused; then one delivery at a time is sent, as a probe
    add pauses          int not null default 0,          -- in a row
    add state_since     timestamptz,                     -- of the last pause or resumption; requests from before it do not count
    add last_error      text,
    add last_error_at   timestamptz,
    add lagging_since   timestamptz,
    add is_ordered      boolean not null default false,  -- the events of an inbox are delivered one after the other
    add batch_size      int not null default 1 check (batch_size between 1 and 50);

alter table webhook_deliveries
    add position        bigint not null default 0,       -- of the event
    add order_group     uuid;                            -- of an ordered webhook: what is delivered one after the other
update webhook_deliveries d set position = e.position from events e where e.event_id = d.event_id and d.next_attempt_at is not null;

drop index webhook_deliveries_due;
create index webhook_deliveries_new on webhook_deliveries (webhook_id, position) where next_attempt_at is not null and attempts = 0;
create index webhook_deliveries_failed on webhook_deliveries (webhook_id, next_attempt_at) where next_attempt_at is not null and attempts > 0;
create index webhook_deliveries_ordered on webhook_deliveries (webhook_id, order_group, position, delivery_id)
    where next_attempt_at is not null and order_group is not null;

-- Session events are recorded only while a consumer asked for them.
alter table organizations add session_events_until timestamptz;
update organizations set session_events_until = events_until;

-- Bytes of events and their webhook deliveries by the time of the events, so that retention can limit their size without reading them.
create table event_volumes (
    organization_id uuid not null,
    period          timestamptz not null,                -- its start; ten minutes long
    bytes           bigint not null,
    primary key (organization_id, period)
);
insert into event_volumes (organization_id, period, bytes)
    select organization_id, date_bin('10 minutes', occurred_at, 'epoch'), sum(pg_column_size(data) + 250) from events group by 1, 2;
