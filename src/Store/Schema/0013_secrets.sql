-- DKIM keys: a domain signs with several at once, RSA and Ed25519, each published under its own selector.
create table domain_keys (
    name       text not null references domains on delete cascade,
    selector   text not null,
    key_type   text not null,                            -- k= of its record: rsa, ed25519
    sealed_key bytea,                                    -- PKCS #8, encrypted (SecretBox)
    plain_key  bytea,                                    -- of a version that did not encrypt it; the next start of the server does
    created_at timestamptz not null default now(),
    primary key (name, selector),
    unique (name, key_type),
    check (num_nonnulls(sealed_key, plain_key) = 1)
);
insert into domain_keys (name, selector, key_type, plain_key, created_at) select name, dkim_selector, 'rsa', dkim_key, created_at from domains;
alter table domains drop column dkim_selector, drop column dkim_key;

-- The same for what webhooks are signed with: secret is null as soon as it is encrypted.
alter table webhooks
    add sealed_secret bytea,
    alter secret drop not null,
    add check (num_nonnulls(secret, sealed_secret) = 1);
