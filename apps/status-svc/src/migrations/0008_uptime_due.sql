-- Days of components that have to be rolled up: each whole day once it is over, and again when its ledger changes.
CREATE TABLE status.uptime_due (
  component_num int NOT NULL,
  day date NOT NULL,
  PRIMARY KEY (component_num, day)
);

-- Days before this one have been listed as due.
CREATE TABLE status.uptime_listed (
  until date NOT NULL
);
INSERT INTO status.uptime_listed (until) VALUES ('-infinity');

-- For removing what is too old.
CREATE INDEX state_interval_ended ON status.state_interval (to_at) WHERE to_at IS NOT NULL;
