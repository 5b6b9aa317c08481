-- Who is dealing with a failed request right now, by its Idempotency-Key: it is never queued and at a backup at once.
CREATE TABLE ai_health.failure_owner (
  key_name text NOT NULL,
  idempotency_digest text NOT NULL,
  owner uuid NOT NULL,
  until timestamptz NOT NULL,
  PRIMARY KEY (key_name, idempotency_digest)
);
