import type { Principal } from '@akashic/shared/identity'
import { alertSeverities, mayReadAlert, type Alert } from '../alert/alert.ts'
import { readFiring } from '../alert/alerts-of-incidents.ts'
import { eachAlertSince } from '../alert/each-alert-since.ts'
import type { IncidentSummary } from '../incident/incident.ts'
import { listIncidents } from '../incident/list.ts'
import type { OnCallDeps } from '../oncall/on-call-deps.ts'
import { checkedMatchers } from './add-silence.ts'
import { labelsOfAlert, labelsOfIncident } from './labels.ts'
import { isMuted, type Matcher } from './silence.ts'

/** What a silence would mute. */
export interface SilencePreview {
  /** Alerts that fire now, worst and newest first; at most 50. */
  readonly now: readonly Alert[]
  readonly nowCount: number
  /** Alerts that fired in the last seven days. */
  readonly lastWeekCount: number
  /** Open incidents of which nothing would be heard. */
  readonly incidentIds: readonly string[]
}

const shown = 50
const weekMs = 7 * 86_400_000
const openStatuses = ['investigating', 'identified', 'monitoring'] as const

/** What these matchers would mute now, and would have muted in the last week, of what `principal` may know of.
 *  @throws OpsError invalid_argument. */
export async function previewSilence(
  deps: Pick<OnCallDeps, 'db' | 'clock' | 'components'>,
  principal: Principal,
  matchers: readonly Matcher[],
): Promise<SilencePreview> {
  const silence = { matchers: checkedMatchers(matchers) }
  const groupOf = (id: string) => deps.components.get(id)?.spec.group ?? null
  const firing: Record<Alert['severity'], Alert[]> = { critical: [], warning: [], info: [] }
  let [nowCount, lastWeekCount] = [0, 0]
  for await (const alert of eachAlertSince(deps.db, deps.clock.now() - weekMs)) {
    if (!mayReadAlert(principal, alert) || !isMuted(silence, labelsOfAlert(alert, groupOf))) continue
    lastWeekCount += 1
    if (alert.status !== 'firing') continue
    nowCount += 1
    if (firing[alert.severity].length < shown) firing[alert.severity].push(alert)
  }
  const now = alertSeverities.flatMap((severity) => firing[severity]).slice(0, shown)
  const incidentIds: string[] = []
  for await (const incident of openIncidents(deps, principal)) {
    const labels = labelsOfIncident(incident, await readFiring(deps.db, incident), groupOf)
    if (labels.length > 0 && labels.every((one) => isMuted(silence, one))) incidentIds.push(incident.id)
  }
  return { now, nowCount, lastWeekCount, incidentIds }
}

async function* openIncidents({ db }: Pick<OnCallDeps, 'db'>, principal: Principal): AsyncGenerator<IncidentSummary> {
  let cursor = ''
  do {
    const query = { limit: 200, cursor, statuses: openStatuses, severities: [], componentId: '' }
    const page = await listIncidents({ db }, principal, query)
    yield* page.incidents
    cursor = page.nextCursor
  } while (cursor !== '')
}
