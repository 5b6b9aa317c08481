-- Events that wait for the relay. `seq` is taken under the lock of the subject's row, so it orders the events of a subject.
-- `event` is json and not jsonb: it keeps the text as it is, which may hold \u0000.
CREATE TABLE status.outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event json NOT NULL,
  added_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
