-- One run of a container: from its start until it ended. Its use is told apart by it, because memory begins anew with each.
CREATE TABLE infra.container_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cluster text NOT NULL,
  namespace text NOT NULL,
  workload_kind text NOT NULL,
  workload text NOT NULL,
  pod text NOT NULL,
  pod_uid text NOT NULL,
  container text NOT NULL,
  started_at timestamptz NOT NULL,
  -- To the hour.
  seen_at timestamptz NOT NULL,
  UNIQUE (cluster, pod_uid, container, started_at)
);
CREATE INDEX container_run_workload ON infra.container_run (cluster, namespace, workload_kind, workload);
CREATE INDEX container_run_seen ON infra.container_run (seen_at);

-- What a run used at a minute: cores and bytes. Kept for 6 hours.
CREATE TABLE infra.usage_minute (
  run bigint NOT NULL,
  at timestamptz NOT NULL,
  cpu real NOT NULL,
  memory bigint NOT NULL,
  PRIMARY KEY (run, at)
);
CREATE INDEX usage_minute_at ON infra.usage_minute USING brin (at);

-- The minutes before, ten by ten. Kept as `infra.usage.keep` says.
CREATE TABLE infra.usage_window (
  run bigint NOT NULL,
  at timestamptz NOT NULL,
  samples smallint NOT NULL,
  cpu_mean real NOT NULL,
  cpu_max real NOT NULL,
  memory_min bigint NOT NULL,
  memory_mean bigint NOT NULL,
  memory_max bigint NOT NULL,
  PRIMARY KEY (run, at)
);
CREATE INDEX usage_window_at ON infra.usage_window USING brin (at);

-- When a cluster was last asked for the use of its pods, and why that could not be read.
CREATE TABLE infra.usage_reading (
  cluster text PRIMARY KEY,
  asked_at timestamptz NOT NULL,
  read_at timestamptz,
  problem text
);
