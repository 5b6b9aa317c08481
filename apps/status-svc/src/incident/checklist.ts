import { isOpen, type ChecklistTick, type Incident } from './incident.ts'
import { postmortemDueMs } from './postmortem-due.ts'
import { toldUpdates } from './told.ts'

export interface ChecklistItem {
  readonly key: string
  /** 1 to 5. */
  readonly step: number
  readonly text: string
}

const minuteMs = 60_000

/** How long after opening a step must be done; the others have no deadline. */
const stepWithinMs: ReadonlyMap<number, number> = new Map([
  [1, 5 * minuteMs],
  [2, 10 * minuteMs],
])

/** The incident response checklist: every item of its five steps, in order. */
export const checklist: readonly ChecklistItem[] = [
  { key: 'assess.alerts', step: 1, text: 'Check #alerts channel for active alerts' },
  { key: 'assess.dashboard', step: 1, text: 'Review Grafana dashboard for anomalies' },
  { key: 'assess.status_page', step: 1, text: 'Verify system status page' },
  { key: 'assess.impact', step: 1, text: 'Assess impact scope (users affected, features down)' },
  { key: 'assess.severity', step: 1, text: 'Determine severity level' },
  { key: 'communicate.channel', step: 2, text: 'Notify incident channel' },
  { key: 'communicate.ticket', step: 2, text: 'Create incident ticket' },
  { key: 'communicate.status_page', step: 2, text: 'Update status page if needed' },
  { key: 'communicate.commander', step: 2, text: 'Assign incident commander' },
  { key: 'investigate.logs', step: 3, text: 'Gather logs and metrics' },
  { key: 'investigate.deployments', step: 3, text: 'Check recent deployments' },
  { key: 'investigate.infrastructure', step: 3, text: 'Review infrastructure changes' },
  { key: 'investigate.root_cause', step: 3, text: 'Identify root cause' },
  { key: 'resolve.fix', step: 4, text: 'Implement fix or workaround' },
  { key: 'resolve.recovery', step: 4, text: 'Verify system recovery' },
  { key: 'resolve.stability', step: 4, text: 'Monitor for stability' },
  { key: 'resolve.stakeholders', step: 4, text: 'Update stakeholders' },
  { key: 'learn.findings', step: 5, text: 'Document findings' },
  { key: 'learn.postmortem', step: 5, text: 'Schedule postmortem' },
  { key: 'learn.prevention', step: 5, text: 'Implement preventive measures' },
]

/** When a step must be done, counted from the opening; null where there is no deadline. */
export function dueAtMs({ openedAtMs }: Pick<Incident, 'openedAtMs'>, step: number): number | null {
  const withinMs = stepWithinMs.get(step)
  return withinMs === undefined ? null : openedAtMs + withinMs
}

/** The deadlines of the steps that are not done. */
export function stepDeadlines(
  incident: Pick<Incident, 'openedAtMs' | 'ticks'>,
): readonly { readonly step: number; readonly dueAtMs: number; readonly open: readonly ChecklistItem[] }[] {
  const ticked = new Set(incident.ticks.map((tick) => tick.key))
  return [...stepWithinMs].flatMap(([step, withinMs]) => {
    const open = checklist.filter((item) => item.step === step && !ticked.has(item.key))
    return open.length > 0 ? [{ step, dueAtMs: incident.openedAtMs + withinMs, open }] : []
  })
}

/** An item with what is known of it. */
export interface ShownItem extends ChecklistItem {
  readonly dueAtMs: number | null
  readonly tick: ChecklistTick | null
  readonly isOverdue: boolean
}

/** The whole checklist of an incident as people see it at `nowMs`. */
export function shownChecklist(
  incident: Pick<Incident, 'openedAtMs' | 'ticks' | 'status'>,
  nowMs: number,
): readonly ShownItem[] {
  return checklist.map((item) => {
    const tick = incident.ticks.find((candidate) => candidate.key === item.key) ?? null
    const due = dueAtMs(incident, item.step)
    return { ...item, tick, dueAtMs: due, isOverdue: due !== null && !tick && due < nowMs && isOpen(incident) }
  })
}

/** What the system can see by itself: the evidence, by item. */
export function seenBySystem(incident: Incident): ReadonlyMap<string, string> {
  const seen = new Map<string, string>()
  const see = (key: string, evidence: string | undefined) => evidence && seen.set(key, evidence)
  const impaired = namedComponents(incident)
  const told = toldUpdates(incident)
  const commander = incident.roles.find((role) => role.role === 'incident_commander')
  const recoveredMs = incident.components.map((component) => component.recoveredAtMs)
  see('assess.status_page', impaired && `/status (${impaired})`)
  see('assess.impact', impaired && `impact ${incident.impact} (${impaired})`)
  see('assess.severity', `SEV-${incident.severity}`)
  see('communicate.ticket', incident.ticketUrl)
  see('communicate.status_page', told.length > 0 ? `/incidents/${incident.id}` : undefined)
  see('communicate.commander', commander?.person)
  see('investigate.root_cause', at('identified', incident.identifiedAtMs))
  if (recoveredMs.length > 0 && recoveredMs.every((ms) => ms !== null)) {
    see('resolve.recovery', at('all components recovered', Math.max(...recoveredMs)))
  }
  if (incident.monitoringAtMs !== null && incident.resolvedAtMs !== null) {
    see('resolve.stability', `${at('monitored', incident.monitoringAtMs)} to ${iso(incident.resolvedAtMs)}`)
  }
  if (['resolved', 'postmortem'].includes(told.at(-1)?.status ?? '')) {
    see('resolve.stakeholders', `/incidents/${incident.id}`)
  }
  const postmortemMs = postmortemDueMs(incident)
  see('learn.postmortem', at('due', postmortemMs))
  return seen
}

/** As `web: outage, shop: degraded and 3 more`. */
function namedComponents({ components }: Incident): string {
  const named = components.slice(0, mostNamed).map(({ id, worstStatus }) => `${id}: ${worstStatus}`)
  const more = components.length - named.length
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ')
}

const mostNamed = 10

const iso = (ms: number): string => new Date(ms).toISOString()
const at = (word: string, ms: number | null): string | undefined => (ms === null ? undefined : `${word} ${iso(ms)}`)
