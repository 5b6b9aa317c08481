import type { Alert, AlertSeverity, Labels } from '../alert/alert.ts'
import { isImpaired } from '../incident/impact.ts'
import type { Incident } from '../incident/incident.ts'

/** Labels by which a silence knows an alert: its own, and what is known of it here. */
export function labelsOfAlert(
  alert: Pick<Alert, 'labels' | 'source' | 'severity' | 'component'>,
  groupOf: (componentId: string) => string | null = () => null,
): Labels {
  const group = alert.component && groupOf(alert.component.id)
  return {
    ...alert.labels,
    source: alert.source,
    severity: alert.severity,
    ...(alert.component && { component: alert.component.id }),
    ...(group !== null && { group }),
  }
}

/** The severity that an alert about such an incident would have. */
const severityOf = ({ severity }: Pick<Incident, 'severity'>): AlertSeverity =>
  severity <= 2 ? 'critical' : severity === 3 ? 'warning' : 'info'

/** Labels of all that keeps an incident from its end: each component that is not well, and each alert that fires. */
export function labelsOfIncident(
  incident: Pick<Incident, 'severity' | 'components'>,
  firing: readonly Alert[],
  groupOf: (componentId: string) => string | null,
): readonly Labels[] {
  const unwell = incident.components.filter(
    ({ recoveredAtMs, worstStatus }) => recoveredAtMs === null && isImpaired(worstStatus),
  )
  return [
    ...unwell.map(({ id }) => ({
      source: 'check',
      component: id,
      group: groupOf(id) ?? '',
      severity: severityOf(incident),
      incident_severity: `SEV-${incident.severity}`,
    })),
    ...firing.map((alert) => labelsOfAlert(alert, groupOf)),
  ]
}
