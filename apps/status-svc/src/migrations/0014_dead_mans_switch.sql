-- The newest pulse of the dead man's switch, and the newest that came through.
CREATE TABLE status.pulse (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  round bigint NOT NULL,
  begun_at timestamptz NOT NULL,
  signalled_round bigint NOT NULL,
  signalled_at timestamptz
);
INSERT INTO status.pulse (round, begun_at, signalled_round) VALUES (0, '-infinity', 0);
