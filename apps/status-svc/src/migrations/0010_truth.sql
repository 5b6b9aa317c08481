-- Where the public is told something else than what is known: from the audit that first saw it to the first that did not.
CREATE TABLE status.truth_finding (
  num bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  kind text NOT NULL,
  -- Names what it is about by number, as `incident:12`: a rename changes nothing.
  subject text NOT NULL,
  component_num int REFERENCES status.component,
  incident_num int REFERENCES status.incident,
  maintenance_num int REFERENCES status.maintenance,
  replica_id text,
  summary text NOT NULL,
  since timestamptz NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  -- The alert that it is.
  alert_source text NOT NULL,
  alert_fingerprint text NOT NULL,
  CHECK (num_nonnulls(component_num, incident_num, maintenance_num, replica_id) = 1)
);
CREATE UNIQUE INDEX truth_finding_open ON status.truth_finding (kind, subject) WHERE closed_at IS NULL;
CREATE INDEX truth_finding_closed ON status.truth_finding (closed_at) WHERE closed_at IS NOT NULL;

-- When the last audit was; null before the first.
CREATE TABLE status.truth_audit (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  audited_at timestamptz
);
INSERT INTO status.truth_audit DEFAULT VALUES;

-- How old each replica last said that the picture is which it shows.
CREATE TABLE status.shown_board (
  replica_id text PRIMARY KEY,
  as_of timestamptz NOT NULL,
  said_at timestamptz NOT NULL
);
