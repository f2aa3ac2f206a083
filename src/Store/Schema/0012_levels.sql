-- Sending rules and pauses exist on three levels: operator, organization, inbox. A recipient must be allowed on every level. It was not recorded who made a rule, so each one keeps
-- the level of what it applies to, and a pause, which only the operator could mean for good, becomes the operator's.
alter table sending_rules add level text;
update sending_rules set level = case when inbox_id is null then 'organization' else 'inbox' end;
alter table sending_rules
    alter level set not null,
    add check (level in ('operator', 'organization', 'inbox')),
    add check (level <> 'inbox' or inbox_id is not null),
    drop constraint sending_rules_organization_id_inbox_id_pattern_key,
    add unique nulls not distinct (organization_id, level, inbox_id, pattern);

-- sending_paused is the operator's pause.
alter table inboxes add sending_paused_by_organization text, add sending_paused_by_inbox text;
