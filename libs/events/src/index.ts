import { aiEvents } from './ai.ts'
import { alertEvents } from './alert.ts'
import type { EventDefinition } from './event-definition.ts'
import { incidentEvents } from './incident.ts'
import { infraEvents } from './infra.ts'
import { maintenanceEvents } from './maintenance.ts'
import { statusEvents } from './status.ts'

export { aiEvents } from './ai.ts'
export { alertEvents } from './alert.ts'
export { makeEvent, type EventDefinition, type EventOrigin } from './event-definition.ts'
export { incidentEvents, shownComponents, type IncidentEventData, type IncidentEventName } from './incident.ts'
export { infraEvents } from './infra.ts'
export { maintenanceEvents } from './maintenance.ts'
export { statusEvents } from './status.ts'
export { aiTopic, incidentTopic, infraTopic, statusTopic, topics } from './topics.ts'

/** Every kind of event that there is. */
export const catalogue: readonly EventDefinition[] = [
  ...Object.values(incidentEvents),
  ...Object.values(maintenanceEvents),
  ...Object.values(alertEvents),
  ...Object.values(statusEvents),
  ...Object.values(aiEvents),
  ...Object.values(infraEvents),
]
