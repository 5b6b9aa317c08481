-- Components. A row is never removed, so that no id is ever used for something else.
CREATE TABLE status.component (
  num int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  version bigint NOT NULL DEFAULT 1,
  owned_by_file boolean NOT NULL,
  position int NOT NULL,
  -- As shown: secrets left out.
  definition jsonb NOT NULL,
  has_secrets boolean NOT NULL,
  -- With its secrets, of a component made through the API; those of file components stay in the file. Never shown.
  whole_definition jsonb,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz
);

CREATE TABLE status.component_former_id (
  id text PRIMARY KEY,
  component_num int NOT NULL REFERENCES status.component
);

-- What is known of each living component now. Written with every result: room on the page keeps that cheap.
CREATE TABLE status.component_state (
  component_num int PRIMARY KEY REFERENCES status.component,
  status text NOT NULL,
  since timestamptz NOT NULL,
  opened timestamptz NOT NULL,
  failure jsonb,
  response_time_ms double precision,
  last_checked timestamptz,
  flapping_since timestamptz,
  stale_at timestamptz,
  verdicts jsonb NOT NULL,
  revision bigint NOT NULL
) WITH (fillfactor = 50);

-- The ledger: one interval after another without a hole while a component lives; the last one is open.
CREATE TABLE status.state_interval (
  component_num int NOT NULL REFERENCES status.component,
  from_at timestamptz NOT NULL,
  to_at timestamptz,
  status text NOT NULL,
  is_flapping boolean NOT NULL,
  failure jsonb,
  caused_by int REFERENCES status.component,
  PRIMARY KEY (component_num, from_at),
  CHECK (to_at > from_at)
);
CREATE UNIQUE INDEX state_interval_open ON status.state_interval (component_num) WHERE to_at IS NULL;

CREATE TABLE status.correction (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  component_num int NOT NULL REFERENCES status.component,
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL,
  status text NOT NULL,
  reason text NOT NULL,
  author_id text NOT NULL,
  author_name text NOT NULL,
  created_at timestamptz NOT NULL,
  CHECK (to_at > from_at)
);
CREATE INDEX correction_component ON status.correction (component_num, from_at);

-- Roll-up of the ledger, corrections applied: one row for each whole UTC day. Component 0 is the page as a whole.
CREATE TABLE status.uptime_day (
  component_num int NOT NULL,
  day date NOT NULL,
  operational_ms int NOT NULL,
  degraded_ms int NOT NULL,
  partial_outage_ms int NOT NULL,
  outage_ms int NOT NULL,
  maintenance_ms int NOT NULL,
  unknown_ms int NOT NULL,
  PRIMARY KEY (component_num, day)
);

CREATE TABLE status.audit (
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
CREATE INDEX audit_subject ON status.audit (subject, seq);

CREATE FUNCTION status.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON status.audit
  EXECUTE FUNCTION status.refuse_change();
CREATE TRIGGER correction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON status.correction
  EXECUTE FUNCTION status.refuse_change();
