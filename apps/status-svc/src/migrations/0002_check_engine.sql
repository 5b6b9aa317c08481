-- Replicas that make checks. Liveness is by the database's clock.
CREATE TABLE status.member (
  replica_id text PRIMARY KEY,
  seen_at timestamptz NOT NULL
);

-- Components are spread over 64 shards; each is held by one replica at a time.
CREATE TABLE status.shard (
  shard smallint PRIMARY KEY,
  owner text,
  lease_until timestamptz,
  fencing_token bigint NOT NULL DEFAULT 0,
  -- When the last holder was last known to be alive.
  alive_at timestamptz,
  -- Since when the shard has been held without a gap.
  seeing_since timestamptz
) WITH (fillfactor = 50);
INSERT INTO status.shard (shard) SELECT generate_series(0, 63);

-- Gives each check the number that its results carry. A check that is renamed is another check.
CREATE TABLE status.check_key (
  num int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  component_num int NOT NULL REFERENCES status.component,
  name text NOT NULL,
  UNIQUE (component_num, name)
);

-- What the engine knows of each check: its verdict and the streaks that lead to the next one.
CREATE TABLE status.check_state (
  check_num int PRIMARY KEY REFERENCES status.check_key,
  at timestamptz NOT NULL,
  state jsonb NOT NULL
) WITH (fillfactor = 50);

-- Every result, for 7 days. A result written twice is one row.
CREATE TABLE status.check_result (
  at timestamptz NOT NULL,
  check_num int NOT NULL,
  -- 0 operational, 1 degraded, 2 partial_outage, 3 outage; null where nothing was measured.
  severity smallint,
  latency_ms real,
  dns_ms real,
  connect_ms real,
  tls_ms real,
  first_byte_ms real,
  failure_code text,
  failure_detail text,
  PRIMARY KEY (at, check_num)
) PARTITION BY RANGE (at);

-- Roll-up of five minutes, for 400 days.
CREATE TABLE status.check_rollup_5m (
  check_num int NOT NULL,
  at timestamptz NOT NULL,
  operational int NOT NULL,
  degraded int NOT NULL,
  partial_outage int NOT NULL,
  outage int NOT NULL,
  unmeasured int NOT NULL,
  -- Latency of the results that were operational or degraded.
  latency_count int NOT NULL,
  latency_sum_ms double precision NOT NULL,
  latency_max_ms real,
  PRIMARY KEY (check_num, at)
) PARTITION BY RANGE (at);

-- Roll-up of one UTC day, for 400 days.
CREATE TABLE status.check_rollup_1d (
  check_num int NOT NULL,
  at timestamptz NOT NULL,
  operational int NOT NULL,
  degraded int NOT NULL,
  partial_outage int NOT NULL,
  outage int NOT NULL,
  unmeasured int NOT NULL,
  latency_count int NOT NULL,
  latency_sum_ms double precision NOT NULL,
  latency_max_ms real,
  PRIMARY KEY (check_num, at)
);

-- Stretches with results that no roll-up shows yet: a late result makes its stretch due again.
CREATE TABLE status.rollup_due (
  step text NOT NULL CHECK (step IN ('5m', '1d')),
  at timestamptz NOT NULL,
  PRIMARY KEY (step, at)
);

-- When a job last said that it ran.
CREATE TABLE status.heartbeat (
  check_num int PRIMARY KEY REFERENCES status.check_key,
  at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- What another service last reported, and how long it holds.
CREATE TABLE status.report (
  check_num int PRIMARY KEY REFERENCES status.check_key,
  status text NOT NULL,
  message text NOT NULL,
  response_time_ms double precision,
  at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  reporter text NOT NULL
) WITH (fillfactor = 50);

CREATE FUNCTION status.has_table(name text) RETURNS boolean LANGUAGE sql VOLATILE
RETURN EXISTS (SELECT FROM pg_class WHERE relname = name AND relnamespace = to_regnamespace('status'));

-- Makes the partition of `parent` for [from_at, to_at), without blocking who writes to the others.
CREATE FUNCTION status.ensure_partition(parent text, suffix text, from_at timestamptz, to_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  child text := parent || '_' || suffix;
BEGIN
  IF status.has_table(child) THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('status.ensure_partition'));
  IF status.has_table(child) THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE status.%I (LIKE status.%I INCLUDING ALL)', child, parent);
  EXECUTE format('ALTER TABLE status.%I ATTACH PARTITION status.%I FOR VALUES FROM (%L) TO (%L)', parent, child, from_at, to_at);
END
$$;
