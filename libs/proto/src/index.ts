export * from './generated/akashic-status-v1.ts'
export { statusService } from './status-service.ts'
export { statusFromProto, statusToProto, visibilityFromProto, visibilityToProto } from './status-names.ts'
export type { StatusName, VisibilityName } from './status-names.ts'
