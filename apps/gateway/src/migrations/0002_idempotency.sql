-- `reply` is sealed with a key made of the caller's own credential: it may hold a new API key.
CREATE TABLE platform.idempotency_key (
  principal_id text NOT NULL,
  key          text NOT NULL,
  fingerprint  bytea NOT NULL,
  attempt      integer NOT NULL,
  created_at   timestamptz NOT NULL,
  reply        bytea,
  PRIMARY KEY (principal_id, key)
);

CREATE INDEX idempotency_key_by_age ON platform.idempotency_key (created_at);
