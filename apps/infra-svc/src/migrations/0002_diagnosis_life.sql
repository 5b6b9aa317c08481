-- A diagnosis can be cancelled, and tells how far it is.
ALTER TABLE infra.diagnosis DROP CONSTRAINT diagnosis_state_check;
ALTER TABLE infra.diagnosis ADD CONSTRAINT diagnosis_state_check
  CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled'));
ALTER TABLE infra.diagnosis ADD COLUMN progress text NOT NULL DEFAULT 'looking';
-- When it was begun, by the database's clock: those of replicas may differ.
ALTER TABLE infra.diagnosis ADD COLUMN begun_at timestamptz NOT NULL DEFAULT clock_timestamp();

-- The components of an incident may run in several clusters: a diagnosis in each, made again while it explains nothing.
ALTER TABLE infra.diagnosis ADD COLUMN attempt int NOT NULL DEFAULT 1;
DROP INDEX infra.diagnosis_incident;
CREATE UNIQUE INDEX diagnosis_incident ON infra.diagnosis (incident_id, cluster, attempt) WHERE incident_id IS NOT NULL;
