import type { NotificationRoute } from '@akashic/config'
import type { AlertSeverity } from '../alert/alert.ts'
import type { Incident } from '../incident/incident.ts'

/** What routes ask of a component. */
export interface RoutedComponent {
  readonly id: string
  readonly group: string | null
}

type Scoped = Pick<NotificationRoute, 'components' | 'groups'>

/** Names of the channels that hear of an incident about these components. */
export function channelsOfIncident(
  routes: readonly NotificationRoute[],
  { severity, visibility }: Pick<Incident, 'severity' | 'visibility'>,
  components: readonly RoutedComponent[],
): ReadonlySet<string> {
  if (visibility === 'restricted') return new Set()
  const fitting = routes.filter(
    (route) =>
      (route.severities?.includes(`SEV-${severity}`) ?? true) &&
      route.visibility.includes(visibility) &&
      isAbout(route, components),
  )
  return new Set(fitting.flatMap(({ channels }) => channels))
}

/** Names of the channels that hear of alerts of this severity without an incident. */
export function channelsOfAlerts(
  routes: readonly NotificationRoute[],
  severity: AlertSeverity,
  components: readonly RoutedComponent[],
): ReadonlySet<string> {
  const fitting = routes.filter((route) => route.alerts.includes(severity) && isAbout(route, components))
  return new Set(fitting.flatMap(({ channels }) => channels))
}

/** True when what names `components` and `groups`, or neither, is about any of these components. */
export function isAbout({ components, groups }: Scoped, about: readonly RoutedComponent[]): boolean {
  if (components === undefined && groups === undefined) return true
  return about.some(({ id, group }) => components?.includes(id) || (group !== null && groups?.includes(group)))
}
