-- How far the timeline of each incident has been turned into notifications and pages.
ALTER TABLE status.incident ADD COLUMN heard_seq int NOT NULL DEFAULT 0;
UPDATE status.incident SET heard_seq = timeline_seq;
CREATE INDEX incident_unheard ON status.incident (num) WHERE timeline_seq > heard_seq;

-- What an alert says of itself, and until when it is taken to fire.
ALTER TABLE status.alert ADD COLUMN labels jsonb NOT NULL DEFAULT '{}';
ALTER TABLE status.alert ADD COLUMN expires_at timestamptz;
-- When it was first heard of here, whenever it began.
ALTER TABLE status.alert ADD COLUMN heard_at timestamptz;
UPDATE status.alert SET heard_at = fired_at;
ALTER TABLE status.alert ALTER COLUMN heard_at SET NOT NULL;
CREATE INDEX alert_unlinked ON status.alert (num) WHERE status = 'firing' AND incident_num IS NULL;
CREATE INDEX alert_expiring ON status.alert (expires_at) WHERE status = 'firing' AND expires_at IS NOT NULL;

-- Alerts without an incident that are told of together, from the first to the last.
CREATE TABLE status.alert_group (
  num bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  -- The values of the labels by which they are one group.
  labels jsonb NOT NULL,
  key text NOT NULL,
  title text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('critical', 'warning', 'info')),
  -- How many fire now, and how many fired at once at most.
  firing int NOT NULL,
  most int NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz
);
CREATE UNIQUE INDEX alert_group_open ON status.alert_group (key) WHERE closed_at IS NULL;
CREATE INDEX alert_group_closed ON status.alert_group (closed_at) WHERE closed_at IS NOT NULL;

-- Somebody is being called: one open page for each subject.
CREATE TABLE status.page (
  num bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  version bigint NOT NULL,
  -- `incident:<id>` or `alerts:<group>`.
  subject text NOT NULL,
  incident_num int REFERENCES status.incident,
  policy text NOT NULL,
  title text NOT NULL,
  state text NOT NULL CHECK (state IN ('silenced', 'calling', 'acknowledged', 'snoozed', 'exhausted', 'resolved')),
  -- The step that is called next, and how often all steps were called before.
  step int NOT NULL,
  round int NOT NULL,
  -- When the next step is called, or a snooze ends.
  due_at timestamptz,
  acknowledged_by text,
  opened_at timestamptz NOT NULL,
  resolved_at timestamptz,
  updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX page_open ON status.page (subject) WHERE state <> 'resolved';
CREATE INDEX page_due ON status.page (due_at) WHERE due_at IS NOT NULL;

-- Who was called for a page, and what was done about it. Append-only.
CREATE TABLE status.page_entry (
  page_num bigint NOT NULL REFERENCES status.page ON DELETE CASCADE,
  seq int NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  person text NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (page_num, seq)
);

-- One notification for each occasion and destination.
CREATE TABLE status.notification (
  num bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  -- What it tells of, as `incident:<id>:<timeline seq>`: the same however often it is asked for.
  occasion text NOT NULL,
  channel text NOT NULL,
  -- Whom it reaches on the channel; empty: whom the channel names.
  recipient text NOT NULL,
  subject text NOT NULL,
  incident_num int REFERENCES status.incident,
  page_num bigint REFERENCES status.page ON DELETE SET NULL,
  -- Who is paged by it; empty: nobody.
  person text NOT NULL,
  message jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'sending', 'delivered', 'superseded', 'dead')),
  attempts int NOT NULL DEFAULT 0,
  -- True when an attempt may have been delivered although nothing says so.
  is_uncertain boolean NOT NULL DEFAULT false,
  last_error text NOT NULL DEFAULT '',
  -- By which the channel knows the message.
  reference text,
  created_at timestamptz NOT NULL,
  give_up_at timestamptz NOT NULL,
  next_attempt_at timestamptz,
  settled_at timestamptz,
  UNIQUE (occasion, channel, recipient)
);
CREATE INDEX notification_subject ON status.notification (subject, channel, recipient);
CREATE INDEX notification_state ON status.notification (state, num) WHERE state IN ('queued', 'sending', 'dead');
CREATE INDEX notification_incident ON status.notification (incident_num) WHERE incident_num IS NOT NULL;
CREATE INDEX notification_page ON status.notification (page_num) WHERE page_num IS NOT NULL;
CREATE INDEX notification_settled ON status.notification (settled_at) WHERE settled_at IS NOT NULL;

-- Who is on call for a while instead of whom the schedule says.
CREATE TABLE status.on_call_override (
  num int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  schedule text NOT NULL,
  person text NOT NULL,
  start_at timestamptz NOT NULL,
  end_at timestamptz NOT NULL CHECK (end_at > start_at),
  author text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  cancelled_at timestamptz
);
CREATE INDEX on_call_override_end ON status.on_call_override (end_at) WHERE cancelled_at IS NULL;

CREATE TABLE status.silence (
  num int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  version bigint NOT NULL,
  -- Each { name, value, isRegex, isEqual }.
  matchers jsonb NOT NULL,
  author text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  start_at timestamptz NOT NULL,
  end_at timestamptz NOT NULL CHECK (end_at >= start_at)
);
CREATE INDEX silence_end ON status.silence (end_at);

-- Keys that this service signs with, shared by its replicas.
CREATE TABLE status.signing_key (
  name text PRIMARY KEY,
  key bytea NOT NULL
);
