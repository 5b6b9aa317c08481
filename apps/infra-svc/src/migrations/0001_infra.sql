-- What is or was wrong with objects of clusters. Rows that ended are kept for 30 days.
CREATE TABLE infra.finding (
  id text PRIMARY KEY,
  cluster text NOT NULL,
  namespace text NOT NULL,
  rule text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('critical', 'warning', 'info')),
  state text NOT NULL CHECK (state IN ('open', 'resolved')),
  -- The finding as it was last seen.
  finding jsonb NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  resolved_at timestamptz,
  muted_until timestamptz,
  muted_by text,
  mute_reason text,
  version bigint NOT NULL DEFAULT 1
);
CREATE INDEX finding_open ON infra.finding (cluster, state, severity);

-- One replica at a time writes the findings of a cluster, by a lease on the database's clock.
CREATE TABLE infra.cluster_lease (
  cluster text PRIMARY KEY,
  owner text NOT NULL,
  lease_until timestamptz NOT NULL
);

CREATE TABLE infra.diagnosis (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  cluster text NOT NULL,
  scope jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed')),
  -- The answer; null while it is looked for.
  result jsonb,
  problem text,
  incident_id text,
  requested_by text NOT NULL,
  created_at timestamptz NOT NULL,
  finished_at timestamptz
);
-- Of the replicas that hear of an incident one diagnoses it.
CREATE UNIQUE INDEX diagnosis_incident ON infra.diagnosis (incident_id) WHERE incident_id IS NOT NULL;

CREATE TABLE infra.change (
  id text PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  cluster text NOT NULL,
  namespace text NOT NULL,
  at timestamptz NOT NULL,
  change jsonb NOT NULL
);
CREATE INDEX change_at ON infra.change (cluster, at);

CREATE TABLE infra.audit (
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
CREATE INDEX audit_subject ON infra.audit (subject, seq);

CREATE FUNCTION infra.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON infra.audit
  EXECUTE FUNCTION infra.refuse_change();

-- Events that wait for the relay, and those that neither their topic nor its dead letters took.
CREATE TABLE infra.outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event json NOT NULL,
  added_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE infra.outbox_refused (
  id uuid PRIMARY KEY,
  event json NOT NULL,
  reason text NOT NULL,
  refused_at timestamptz NOT NULL
);
