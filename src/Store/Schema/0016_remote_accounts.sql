-- A remote account can log in with an access token, and its TLS mode can be unknown: then each connection finds it.
alter table surfaces
    alter column imap_secure drop not null,
    alter column smtp_secure drop not null,
    add column imap_uses_token boolean not null default false,
    add column smtp_uses_token boolean not null default false,
    add column last_send_error text;

-- On other ports than these the mode was a guess.
update surfaces set imap_secure = null where imap_port not in (143, 993);
update surfaces set smtp_secure = null where smtp_port not in (25, 465, 587, 2525);
