export * from './check.ts'
export * from './component.ts'
export { compileBodyPattern, isBodyPattern } from './body-pattern.ts'
export { configSchema, type Config, type ConfigInput } from './config.ts'
export { crossCheck } from './cross-check.ts'
export type { CrossProblem } from './draft.ts'
export { defaultConfig, type SelfTargets } from './default-config.ts'
export { fieldsOfTarget, kindOfUrl, TargetError, type ActiveCheckKind } from './check-target.ts'
export { wordVariables, type IncidentPolicy } from './incidents.ts'
export { renderTemplate } from './template.ts'
export type { AiModel, AiProvider, AiSettings, VirtualKey } from './ai.ts'
export type { AbsenceRule, AlertRule, AlertSettings, BurnRateRule, ThresholdRule } from './alerts.ts'
export type { DatabaseSpec } from './databases.ts'
export { isRedisUrl } from './redis-url.ts'
export { lookedAtHistory } from './clusters.ts'
export type { ClusterSpec, InfraSettings } from './clusters.ts'
export type { HistogramSpec, PerformanceSettings, QuerySpec } from './performance.ts'
export type { ChannelOf, ChannelSpec } from './channels.ts'
export {
  notificationVariables,
  type NotificationRoute,
  type NotificationSettings,
  type NotificationTemplates,
} from './notifications.ts'
export type { Contact, EscalationPolicy, OnCallSettings, Person, Rotation, RotationHours, Schedule } from './on-call.ts'
export { line, text } from './text.ts'
export { moduleNames } from './sections.ts'
export { duration, durationBetween, formatDuration, parseDuration } from './duration.ts'
