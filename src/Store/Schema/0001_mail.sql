-- One Postgres database is the truth. Every table that holds mail leads its primary key with inbox_id.
--
-- entries, tombstones and messages carry no foreign keys: checking two of them triples the time to copy 10,000 entries, and a reference to inboxes
-- would lock the row that all writers of an inbox meet at. What keeps them whole: every writer holds the inbox row, a new entry comes
-- only with its message or from another entry, and only the purge removes messages, those that nothing names. Deleting an inbox deletes from each.

create table organizations (
    organization_id uuid primary key,
    name            text not null unique,
    created_at      timestamptz not null default now()
);

-- modseq is the one counter of an inbox: locking this row is the last lock a writer takes, so commit order is modseq order.
create table inboxes (
    inbox_id          uuid primary key,
    organization_id   uuid not null references organizations,
    address           text not null unique,              -- lower case, NFC
    name              text,
    modseq            bigint not null default 1,
    next_folder_id    int not null default 1,
    next_keyword_id   int not null default 1,
    last_uid_validity bigint not null default 0,
    created_at        timestamptz not null default now()
) with (fillfactor = 50);

create table keys (
    key_id          uuid primary key,
    organization_id uuid not null references organizations,
    secret_sha256   bytea not null unique,
    name            text,
    scopes          text[] not null,
    inbox_ids       uuid[],                              -- null: every inbox of the organization
    created_at      timestamptz not null default now(),
    expires_at      timestamptz,
    revoked_at      timestamptz
);

create table folders (
    inbox_id         uuid not null references inboxes on delete cascade,
    folder_id        int not null,                       -- never used again within the inbox
    name             text not null,                      -- NFC, separator '/', INBOX in upper case
    special_use      text,                               -- '\Sent', '\Drafts', '\Trash', …
    uid_validity     bigint not null,
    uid_next         bigint not null default 1,
    first_recent_uid bigint not null default 1,          -- \Recent: UIDs from here on no session has claimed
    modseq           bigint not null default 1,          -- of the last change in this folder
    change_floor     bigint not null default 0,          -- changes up to this modseq are pruned
    primary key (inbox_id, folder_id),
    unique (inbox_id, name)
) with (fillfactor = 50);

create table subscriptions (
    inbox_id uuid not null references inboxes on delete cascade,
    name     text not null,                              -- outlives the folder of that name
    primary key (inbox_id, name)
);

-- Numbers stand for keywords in entries; a number keeps its keyword for ever.
create table keywords (
    inbox_id   uuid not null references inboxes on delete cascade,
    keyword_id int not null,
    name       text not null,
    primary key (inbox_id, keyword_id)
);
create unique index keywords_by_name on keywords (inbox_id, lower(name));

-- Everything a client asks for but the body, in one narrow row. octets holds the first 256 KB of the message
-- (header included), moved out of line by its size; message_chunks holds the rest.
create table messages (
    inbox_id            uuid not null,
    message_id          uuid not null,
    thread_id           uuid not null,
    size                bigint not null,                 -- octets of the whole message
    received_at         timestamptz not null,
    sent_at             timestamptz,                     -- Date header
    sent_on             date,                            -- the day it names, in its own zone (SENTSINCE …)
    internet_message_id text,                            -- Message-ID header without <>, at most 998 octets
    header              bytea compression lz4 not null,  -- octets of the top header, its blank line included
    envelope            bytea compression lz4 not null,  -- as FETCH ENVELOPE writes it
    body_structure      bytea compression lz4 not null,  -- as FETCH BODYSTRUCTURE writes it
    parts               bytea compression lz4 not null,  -- offsets of the MIME parts
    preview             text not null,
    octets              bytea compression lz4 not null,
    primary key (inbox_id, message_id)
);
-- Kept in the row as long as they fit; octets is what moves out of it.
alter table messages
    alter header set storage main, alter envelope set storage main,
    alter body_structure set storage main, alter parts set storage main;
create index messages_by_internet_message_id on messages (inbox_id, internet_message_id)
    where internet_message_id is not null;

-- Messages that others refer to and that had not come when these did, with the thread they will belong to.
create table awaited_messages (
    inbox_id            uuid not null references inboxes on delete cascade,
    internet_message_id text not null,
    thread_id           uuid not null,
    primary key (inbox_id, internet_message_id)
);

create table message_chunks (
    inbox_id   uuid not null,
    message_id uuid not null,
    chunk      int not null,                             -- octets [chunk * 256 KB, …); 0 is messages.octets
    octets     bytea not null,
    primary key (inbox_id, message_id, chunk),
    foreign key (inbox_id, message_id) references messages on delete cascade
);
alter table message_chunks alter octets set storage external;

-- Decoded and case-folded text, scanned with strpos.
create table message_texts (
    inbox_id   uuid not null,
    message_id uuid not null,
    subject    text compression lz4 not null,
    sender     text compression lz4 not null,            -- From
    recipients text compression lz4 not null,            -- To
    cc         text compression lz4 not null,
    bcc        text compression lz4 not null,
    header     text compression lz4 not null,            -- all fields, "name: value" lines
    body       text compression lz4 not null,
    primary key (inbox_id, message_id),
    foreign key (inbox_id, message_id) references messages on delete cascade
);

-- A message in a folder. Narrow and hot: no index on modseq or flags, so that a flag change stays a HOT update.
create table entries (
    inbox_id    uuid not null,
    folder_id   int not null,
    uid         bigint not null,
    message_id  uuid not null,
    flags       int not null,                            -- 1 \Seen, 2 \Answered, 4 \Flagged, 8 \Deleted, 16 \Draft
    keyword_ids int[],                                   -- null: none
    modseq      bigint not null,
    size        bigint not null,
    internal_at timestamptz not null,
    saved_at    timestamptz not null,
    primary key (inbox_id, folder_id, uid)
) with (fillfactor = 80);
create index entries_by_message on entries (inbox_id, message_id);

-- One row for a folder and write transaction: which UIDs changed (or came), which went. UID sets are written as in IMAP: 1:5,9
create table changes (
    inbox_id  uuid not null,
    folder_id int not null,
    modseq    bigint not null,
    changed   text,
    expunged  text,
    primary key (inbox_id, folder_id, modseq),
    foreign key (inbox_id, folder_id) references folders on delete cascade
);

-- Where the octets of an expunged entry are, for the sessions that still see it; removed after an hour.
create table tombstones (
    inbox_id    uuid not null,
    folder_id   int not null,
    uid         bigint not null,
    message_id  uuid not null,
    flags       int not null,
    keyword_ids int[],
    modseq      bigint not null,
    size        bigint not null,
    internal_at timestamptz not null,
    saved_at    timestamptz not null,
    expunged_at timestamptz not null,
    primary key (inbox_id, folder_id, uid)
);
create index tombstones_by_message on tombstones (inbox_id, message_id);
create index tombstones_by_age on tombstones (expunged_at);

-- What came to Sent of late, accepted for sending or appended by a client, so that both together make one copy. Pruned after minutes.
create table sent_copies (
    inbox_id            uuid not null references inboxes on delete cascade,
    uid                 bigint not null,
    internet_message_id text,
    content_sha256      bytea not null,                  -- of From, Subject and body
    dated_at            timestamptz not null,            -- Date header, else when it came
    has_bcc             boolean not null,
    submitted_at        timestamptz,                     -- null: not accepted for sending (yet)
    appended_at         timestamptz,                     -- null: not appended by a client (yet)
    primary key (inbox_id, uid)
);
create index sent_copies_by_internet_message_id on sent_copies (inbox_id, internet_message_id);
create index sent_copies_by_content on sent_copies (inbox_id, content_sha256);

-- A recipient elsewhere that an accepted message still has to reach.
create table queue (
    queue_id        uuid primary key,
    inbox_id        uuid not null,
    message_id      uuid not null,                       -- as submitted; in no folder when Sent shows the client's copy
    sent_id         uuid not null,                       -- the message that Sent shows for it
    reverse_path    text not null,
    recipient       text not null,
    created_at      timestamptz not null default now(),
    attempts        int not null default 0,
    next_attempt_at timestamptz not null default now(),
    leased_until    timestamptz,
    last_error      text,
    foreign key (inbox_id, message_id) references messages
);
create index queue_by_next_attempt on queue (next_attempt_at);
create index queue_by_message on queue (inbox_id, message_id);
create index queue_by_sent on queue (inbox_id, sent_id);
