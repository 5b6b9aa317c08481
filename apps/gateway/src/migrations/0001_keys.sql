CREATE TABLE platform.principal (
  id         uuid PRIMARY KEY,
  name       text NOT NULL UNIQUE CHECK (name <> ''),
  kind       text NOT NULL CHECK (kind IN ('person', 'service')),
  created_at timestamptz NOT NULL
);

CREATE TABLE platform.api_key (
  id           uuid PRIMARY KEY,
  principal_id uuid NOT NULL REFERENCES platform.principal (id),
  hash         bytea NOT NULL UNIQUE,
  role         text NOT NULL CHECK (role IN ('viewer', 'operator', 'responder', 'approver', 'admin')),
  scope        text[],
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz,
  revoked_at   timestamptz
);

CREATE INDEX api_key_by_age ON platform.api_key (created_at DESC, id DESC);

CREATE TABLE platform.audit (
  id         uuid PRIMARY KEY,
  at         timestamptz NOT NULL,
  actor_id   text NOT NULL,
  actor_name text NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'service')),
  action     text NOT NULL,
  subject    text NOT NULL,
  request_id text,
  detail     jsonb NOT NULL
);

CREATE INDEX audit_by_age ON platform.audit (at DESC, id DESC);
CREATE INDEX audit_by_subject ON platform.audit (subject, at DESC, id DESC);

CREATE FUNCTION platform.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON platform.audit
  EXECUTE FUNCTION platform.refuse_change();
