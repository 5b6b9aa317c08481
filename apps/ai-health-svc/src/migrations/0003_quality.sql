-- What was seen of answers: scores and flags, never a text.
CREATE TABLE ai_health.response (
  num bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  at timestamptz NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  -- Class of the failure; null: it was answered.
  error_class text,
  length int,
  coherence real,
  relevance real,
  sentence_order real,
  flags text[] NOT NULL,
  -- What a person thought of it, 0 to 1.
  rating real
);
CREATE INDEX response_model ON ai_health.response (provider, model, num);
CREATE INDEX response_at ON ai_health.response (at);

-- Where the watch for drift stands in the answers of each model; its row lock orders them.
CREATE TABLE ai_health.drift (
  provider text NOT NULL,
  model text NOT NULL,
  state jsonb NOT NULL,
  -- Signals whose change was noticed and that are not good again.
  firing text[] NOT NULL,
  -- Answers since the last alarm.
  quiet int NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (provider, model)
);
