import type { AlertSeverity, AlertStatus } from './generated/akashic-status-v1.ts'
import { wordOf } from './incident-names.ts'

/** The words of REST, events and the database. What was not set, or a newer peer made up, is the graver. */
const statuses = ['firing', 'resolved'] as const
const severities = ['critical', 'warning', 'info'] as const

export type AlertStatusName = (typeof statuses)[number]
export type AlertSeverityName = (typeof severities)[number]

export const alertNames = { statuses, severities } as const

export const alertStatusFromProto = (status: AlertStatus): AlertStatusName =>
  wordOf(statuses, 'ALERT_STATUS_', status, 'firing')
export const alertStatusToProto = (name: AlertStatusName): AlertStatus =>
  `ALERT_STATUS_${name.toUpperCase() as Uppercase<AlertStatusName>}`

export const alertSeverityFromProto = (severity: AlertSeverity): AlertSeverityName =>
  wordOf(severities, 'ALERT_SEVERITY_', severity, 'critical')
export const alertSeverityToProto = (name: AlertSeverityName): AlertSeverity =>
  `ALERT_SEVERITY_${name.toUpperCase() as Uppercase<AlertSeverityName>}`
