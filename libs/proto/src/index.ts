export * from './generated/akashic-status-v1.ts'
export type * as aiHealth from './generated/akashic-ai-health-v1.ts'
export type * as infra from './generated/akashic-infra-v1.ts'
export { infraService } from './infra-service.ts'
export { aiHealthService } from './ai-health-service.ts'
export * from './ai-names.ts'
export * from './alert-names.ts'
export * from './incident-names.ts'
export {
  alertService,
  incidentService,
  maintenanceService,
  notificationService,
  onCallService,
  statusService,
} from './status-service.ts'
export { statusFromProto, statusToProto, visibilityFromProto, visibilityToProto } from './status-names.ts'
export type { StatusName, VisibilityName } from './status-names.ts'
