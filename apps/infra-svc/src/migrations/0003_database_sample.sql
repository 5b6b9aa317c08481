-- What a database that is looked at had counted at a minute. Kept for 7 days.
CREATE TABLE infra.database_sample (
  database text NOT NULL,
  at timestamptz NOT NULL,
  sample jsonb NOT NULL,
  PRIMARY KEY (database, at)
);
