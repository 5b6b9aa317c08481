-- How each provider was when it was last asked. One replica at a time asks, by a lease on the database's clock.
CREATE TABLE ai_health.provider (
  name text PRIMARY KEY,
  next_probe_at timestamptz NOT NULL,
  probe_lease_until timestamptz,
  -- What the last probe found, as connectivity and limits; null before the first.
  probe jsonb,
  -- What was told of it last.
  overall text NOT NULL,
  problem text,
  changed_at timestamptz NOT NULL
);

-- Circuits that were ever opened, as all replicas know them. `version` grows with every change.
CREATE TABLE ai_health.circuit (
  provider text NOT NULL,
  model text NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  state text NOT NULL CHECK (state IN ('closed', 'open', 'half_open')),
  reason text NOT NULL,
  failures int NOT NULL,
  opened_at timestamptz,
  next_trial_at timestamptz,
  opened_in_a_row int NOT NULL,
  opened_count bigint NOT NULL,
  cooling_until timestamptz,
  good_trials int NOT NULL,
  -- Until when whoever has the trial may be at it.
  trial_until timestamptz,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (provider, model)
);

CREATE TABLE ai_health.audit (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  at timestamptz NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  actor_kind text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  request_id text,
  detail jsonb NOT NULL
);
CREATE INDEX audit_subject ON ai_health.audit (subject, seq);

CREATE FUNCTION ai_health.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ai_health.audit
  EXECUTE FUNCTION ai_health.refuse_change();

-- Events that wait for the relay, and those that neither their topic nor its dead letters took.
CREATE TABLE ai_health.outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event json NOT NULL,
  added_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE ai_health.outbox_refused (
  id uuid PRIMARY KEY,
  event json NOT NULL,
  reason text NOT NULL,
  refused_at timestamptz NOT NULL
);
