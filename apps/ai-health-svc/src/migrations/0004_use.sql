-- What each replica asked of providers with configured limits, second by second, within the last minute.
CREATE TABLE ai_health.use (
  provider text NOT NULL,
  replica text NOT NULL,
  seconds jsonb NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (provider, replica)
);
