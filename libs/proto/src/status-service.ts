import { loadService } from './load-service.ts'

/** The definition of akashic.status.v1.StatusService, for servers and clients alike. */
export const statusService = loadService('akashic/status/v1/status.proto', 'akashic.status.v1.StatusService')

/** The definition of akashic.status.v1.IncidentService. */
export const incidentService = loadService('akashic/status/v1/incidents.proto', 'akashic.status.v1.IncidentService')

/** The definition of akashic.status.v1.MaintenanceService. */
export const maintenanceService = loadService(
  'akashic/status/v1/incidents.proto',
  'akashic.status.v1.MaintenanceService',
)

/** The definition of akashic.status.v1.AlertService. */
export const alertService = loadService('akashic/status/v1/alerts.proto', 'akashic.status.v1.AlertService')

export const notificationService = loadService(
  'akashic/status/v1/notifications.proto',
  'akashic.status.v1.NotificationService',
)
export const onCallService = loadService('akashic/status/v1/on_call.proto', 'akashic.status.v1.OnCallService')
