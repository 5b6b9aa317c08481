-- Alerts: a row each time that something fires. Within its source a fingerprint fires once at a time.
CREATE TABLE status.alert (
  num bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  version bigint NOT NULL,
  source text NOT NULL,
  fingerprint text NOT NULL,
  component_num int REFERENCES status.component,
  status text NOT NULL CHECK (status IN ('firing', 'resolved')),
  severity text NOT NULL CHECK (severity IN ('critical', 'warning', 'info')),
  summary text NOT NULL,
  assignee_role text,
  assignee_person text,
  incident_num int REFERENCES status.incident,
  fired_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  resolved_at timestamptz,
  -- True once the timeline of its incident says that it fires no more.
  is_end_noted boolean NOT NULL DEFAULT false,
  CHECK ((status = 'resolved') = (resolved_at IS NOT NULL))
);
CREATE UNIQUE INDEX alert_firing ON status.alert (source, fingerprint) WHERE status = 'firing';
CREATE INDEX alert_resolved ON status.alert (resolved_at) WHERE status = 'resolved';
CREATE INDEX alert_component ON status.alert (component_num, num);
CREATE INDEX alert_ended ON status.alert (incident_num)
 WHERE status = 'resolved' AND incident_num IS NOT NULL AND NOT is_end_noted;
CREATE INDEX alert_incident ON status.alert (incident_num) WHERE incident_num IS NOT NULL;
