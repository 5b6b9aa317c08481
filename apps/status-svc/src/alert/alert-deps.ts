import type { IncidentDeps } from '../incident/incident-deps.ts'

/** What the verbs of alerts need. */
export type AlertDeps = IncidentDeps
