-- Sending limits compare the present with the submission that is a whole limit older. Ordinals find that row with one index lookup, however many rows there are
-- and whatever the limit is. Rows are only removed by age, so the ordinals of those that count have no gaps.
alter table submissions
    add ordinal              bigint,                     -- within the inbox; assigned under the lock of the inbox
    add organization_ordinal bigint,                     -- within the organization; null while no instance limits the organization
    add reply_ordinal        bigint;                     -- of a reply, within inbox and thread; null: not a reply
update submissions s set ordinal = numbered.ordinal, reply_ordinal = numbered.reply_ordinal
from (
    select inbox_id, submitted_at, message_id,
        row_number() over (partition by inbox_id order by submitted_at, message_id) as ordinal,
        case when is_reply then row_number() over (partition by inbox_id, thread_id, is_reply order by submitted_at, message_id) end as reply_ordinal
    from submissions) numbered
where (s.inbox_id, s.submitted_at, s.message_id) = (numbered.inbox_id, numbered.submitted_at, numbered.message_id);
alter table submissions
    alter ordinal set not null,
    drop constraint submissions_pkey,
    add primary key (inbox_id, ordinal),
    drop is_reply;
drop index submissions_by_organization;
create unique index submissions_by_organization on submissions (organization_id, organization_ordinal) where organization_ordinal is not null;
create index submissions_not_numbered on submissions (organization_id) where organization_ordinal is null;
create index submissions_by_reply on submissions (thread_id, reply_ordinal) where reply_ordinal is not null;
create index submissions_by_inbox_and_time on submissions ((uuid_send(inbox_id)), submitted_at);
-- An expression, so that a search of one inbox never takes this index.
create index submissions_by_time on submissions ((submitted_at at time zone 'UTC'));

-- First-time recipients are counted in the same way.
alter table known_recipients add ordinal bigint;
update known_recipients k set ordinal = numbered.ordinal
from (select inbox_id, address, row_number() over (partition by inbox_id order by first_at, address) as ordinal from known_recipients) numbered
where (k.inbox_id, k.address) = (numbered.inbox_id, numbered.address);
alter table known_recipients alter ordinal set not null;
create unique index known_recipients_by_ordinal on known_recipients ((uuid_send(inbox_id)), ordinal);
drop index known_recipients_by_first_at;
create index known_recipients_by_first_at on known_recipients ((uuid_send(inbox_id)), first_at, ordinal);
