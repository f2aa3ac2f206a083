-- What clients note about a folder, or about the inbox as a whole (folder_id 0: no folder has that). Follows a folder that is renamed, goes with one that
-- is deleted; that is the writer's to do, since 0 is no folder.
create table annotations (
    inbox_id  uuid not null references inboxes on delete cascade,
    folder_id int not null,
    name      text not null,                             -- lower case, /shared/… or /private/…
    value     bytea not null,
    primary key (inbox_id, folder_id, name)
);
