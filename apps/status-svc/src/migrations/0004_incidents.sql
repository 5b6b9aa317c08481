-- Incidents. Everything but the words, the components and the timeline is in one row, whose lock orders all changes.
CREATE TABLE status.incident (
  num int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  version bigint NOT NULL DEFAULT 1,
  title text NOT NULL,
  severity smallint NOT NULL CHECK (severity BETWEEN 1 AND 5),
  status text NOT NULL,
  visibility text NOT NULL,
  impact text NOT NULL,
  started_at timestamptz NOT NULL,
  opened_at timestamptz NOT NULL,
  identified_at timestamptz,
  monitoring_at timestamptz,
  resolved_at timestamptz,
  updated_at timestamptz NOT NULL,
  next_update_at timestamptz,
  first_published_at timestamptz,
  -- Status as the public was told; null while the public may read nothing of it.
  told_status text,
  ticket_url text NOT NULL,
  opened_by text NOT NULL,
  reopened_count int NOT NULL,
  roles jsonb NOT NULL,
  checklist jsonb NOT NULL,
  -- What was already said to be overdue, so that it is said once.
  reminded jsonb NOT NULL,
  -- When the clock must look at it next; null when nothing is due.
  wake_at timestamptz,
  -- Head of its timeline.
  timeline_seq int NOT NULL,
  timeline_hash text NOT NULL
);
CREATE INDEX incident_open ON status.incident (num) WHERE status NOT IN ('resolved', 'postmortem');
CREATE INDEX incident_told ON status.incident (num) WHERE told_status IS NOT NULL;
CREATE INDEX incident_told_open ON status.incident (num) WHERE told_status NOT IN ('resolved', 'postmortem');
CREATE INDEX incident_wake ON status.incident (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE status.incident_component (
  incident_num int NOT NULL REFERENCES status.incident,
  component_num int NOT NULL REFERENCES status.component,
  -- Worst it was during the incident.
  worst_status text NOT NULL,
  joined_at timestamptz NOT NULL,
  recovered_at timestamptz,
  is_root boolean NOT NULL,
  PRIMARY KEY (incident_num, component_num)
);
CREATE INDEX incident_component_component ON status.incident_component (component_num, incident_num);

CREATE TABLE status.incident_update (
  id uuid PRIMARY KEY,
  incident_num int NOT NULL REFERENCES status.incident,
  seq int NOT NULL,
  status text NOT NULL,
  body text NOT NULL,
  state text NOT NULL,
  author text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  published_at timestamptz,
  next_update_at timestamptz,
  affected jsonb NOT NULL,
  UNIQUE (incident_num, seq)
);

-- What happened, entry after entry, each with the hash of the one before.
CREATE TABLE status.timeline_entry (
  incident_num int NOT NULL REFERENCES status.incident,
  seq int NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  kind text NOT NULL,
  body jsonb NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (incident_num, seq)
);
CREATE TRIGGER timeline_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON status.timeline_entry
  EXECUTE FUNCTION status.refuse_change();

CREATE TABLE status.postmortem (
  incident_num int PRIMARY KEY REFERENCES status.incident,
  version bigint NOT NULL,
  body text NOT NULL,
  published_at timestamptz,
  updated_at timestamptz NOT NULL
);

CREATE TABLE status.action_item (
  id uuid PRIMARY KEY,
  seq int GENERATED ALWAYS AS IDENTITY UNIQUE,
  incident_num int NOT NULL REFERENCES status.incident,
  text text NOT NULL,
  owner text NOT NULL,
  due_at timestamptz NOT NULL,
  done_at timestamptz,
  created_at timestamptz NOT NULL
);
CREATE INDEX action_item_incident ON status.action_item (incident_num, seq);
CREATE INDEX action_item_open ON status.action_item (due_at, seq) WHERE done_at IS NULL;
