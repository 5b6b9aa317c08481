CREATE TABLE events.topic (
  name text PRIMARY KEY,
  retention_ms bigint NOT NULL
);

-- The row lock on a partition orders its appends: offsets are dense and become visible in their order.
CREATE TABLE events.partition (
  topic text NOT NULL REFERENCES events.topic (name),
  partition int NOT NULL,
  next_offset bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (topic, partition)
);

-- `event` is json and not jsonb: it keeps the text as it is, which may hold \u0000.
CREATE TABLE events.event_log (
  topic text NOT NULL,
  partition int NOT NULL,
  log_offset bigint NOT NULL,
  dedupe_key text NOT NULL,
  time timestamptz NOT NULL,
  event json NOT NULL,
  PRIMARY KEY (topic, partition, log_offset),
  UNIQUE (topic, dedupe_key)
);
CREATE INDEX event_log_time ON events.event_log (topic, partition, time);

-- That a group once began with a topic: a partition that comes later begins at its first event.
CREATE TABLE events.consumer_group (
  name text NOT NULL,
  topic text NOT NULL,
  PRIMARY KEY (name, topic)
);

CREATE TABLE events.group_position (
  group_name text NOT NULL,
  topic text NOT NULL,
  partition int NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (group_name, topic, partition)
);
