-- What is known of an alert rule at a component for which its condition holds, or held a while ago. No row: it is inactive.
CREATE TABLE status.alert_rule_state (
  rule text NOT NULL,
  component_num int NOT NULL REFERENCES status.component,
  -- Of its alert: a rename of the component while it fires changes nothing.
  fingerprint text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('critical', 'warning', 'info')),
  pending_since timestamptz NOT NULL,
  last_held_at timestamptz NOT NULL,
  -- Null while it only pends.
  firing_since timestamptz,
  -- When the alert was last said to fire.
  said_at timestamptz,
  PRIMARY KEY (rule, component_num)
) WITH (fillfactor = 50);

-- Which turn of each measurement that rules share was taken last, so that one replica evaluates it.
CREATE TABLE status.alert_rule_turn (
  key text PRIMARY KEY,
  slot bigint NOT NULL,
  taken_at timestamptz NOT NULL,
  -- Since when turns have been taken without a long break.
  watched_since timestamptz NOT NULL,
  -- When a turn last came to its end.
  ended_at timestamptz
) WITH (fillfactor = 50);

-- Events that rules count or miss, for 8 days. One that is told twice is one row.
CREATE TABLE status.rule_event (
  event_id text NOT NULL,
  type text NOT NULL,
  component_num int NOT NULL REFERENCES status.component,
  at timestamptz NOT NULL,
  PRIMARY KEY (event_id, component_num)
);
CREATE INDEX rule_event_type ON status.rule_event (type, component_num, at);
CREATE INDEX rule_event_at ON status.rule_event (at);
