CREATE TABLE infra.load_test (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  name text NOT NULL,
  -- Origin of its base address.
  target text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled')),
  progress jsonb,
  -- The summary; null while it runs.
  result jsonb,
  problem text,
  requested_by text NOT NULL,
  created_at timestamptz NOT NULL,
  -- When its replica last wrote, by the database's clock.
  heard_at timestamptz NOT NULL,
  finished_at timestamptz
);
-- One at a time for a target.
CREATE UNIQUE INDEX load_test_target ON infra.load_test (target) WHERE state = 'running';
