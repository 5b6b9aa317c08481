-- When an incident that a policy opened is resolved, unless something of it turns red before; null while nothing waits.
ALTER TABLE status.incident ADD COLUMN resolve_at timestamptz;
