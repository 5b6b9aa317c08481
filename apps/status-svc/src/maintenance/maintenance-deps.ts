import type { Logger } from 'pino'
import type { IncidentDeps } from '../incident/incident-deps.ts'
import type { StatusDeps } from '../status/apply-verdicts.ts'

/** What the verbs of maintenances need. */
export type MaintenanceDeps = IncidentDeps & StatusDeps & { readonly log: Logger }
