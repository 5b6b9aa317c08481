-- Requests that are tried again later. `sealed` holds the request, encrypted; it is deleted once the request is done.
CREATE TABLE ai_health.request (
  num bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  version bigint NOT NULL DEFAULT 1,
  state text NOT NULL CHECK (state IN ('pending', 'running', 'succeeded', 'failed', 'uncertain', 'expired')),
  -- Name of the virtual key.
  key_name text NOT NULL,
  endpoint text NOT NULL,
  model text NOT NULL,
  sealed bytea,
  -- Digest of the caller's Idempotency-Key: a request is queued once.
  idempotency_digest text,
  -- The answer, encrypted.
  sealed_result bytea,
  attempts int NOT NULL,
  -- Job that makes the attempt under way: the same one again means that its process died in it.
  job_id uuid,
  -- Failures in a row at the candidate that is asked now, and that candidate.
  retries int NOT NULL,
  provider text NOT NULL,
  answered_model text NOT NULL,
  last_class text,
  last_message text,
  created_at timestamptz NOT NULL,
  next_attempt_at timestamptz,
  completed_at timestamptz,
  expires_at timestamptz NOT NULL
);
CREATE INDEX request_state ON ai_health.request (state, num);
CREATE UNIQUE INDEX request_idempotency ON ai_health.request (key_name, idempotency_digest);
CREATE INDEX request_expires ON ai_health.request (expires_at);
