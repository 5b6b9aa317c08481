-- Scheduled maintenance. Its window overlays what the checks of its components say.
CREATE TABLE status.maintenance (
  num int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  version bigint NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  status text NOT NULL,
  visibility text NOT NULL,
  component_nums int[] NOT NULL,
  scheduled_for timestamptz NOT NULL,
  scheduled_until timestamptz NOT NULL,
  is_automatic boolean NOT NULL,
  -- Checks of its components do not run while it is under way.
  pauses_checks boolean NOT NULL,
  started_at timestamptz,
  completed_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- What was said with each transition, oldest first.
  updates jsonb NOT NULL,
  CHECK (scheduled_until > scheduled_for)
);
CREATE INDEX maintenance_open ON status.maintenance (scheduled_for) WHERE status NOT IN ('completed', 'cancelled');
CREATE INDEX maintenance_start ON status.maintenance (scheduled_for DESC, num DESC);

ALTER TABLE status.component_state ADD COLUMN is_maintained boolean NOT NULL DEFAULT false;
-- Results from before do not count; infinity while its checks are paused.
ALTER TABLE status.component_state ADD COLUMN paused_until timestamptz;
CREATE INDEX component_state_maintained ON status.component_state (component_num) WHERE is_maintained;
