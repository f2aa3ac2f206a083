-- The key, made by the operator, with which this one was made, directly or by way of others: they share the limits of what keys may make. Null: the operator made it.
alter table keys add root_key_id uuid;
create index keys_by_root on keys (root_key_id) where root_key_id is not null;
create index keys_by_organization on keys (organization_id);
