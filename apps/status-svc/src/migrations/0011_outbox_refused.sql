-- Events that neither their topic nor its dead letters took: kept until somebody deals with them.
CREATE TABLE status.outbox_refused (
  id uuid PRIMARY KEY,
  event json NOT NULL,
  reason text NOT NULL,
  refused_at timestamptz NOT NULL
);
