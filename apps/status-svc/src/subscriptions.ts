import {
  alertEvents,
  incidentEvents,
  incidentTopic,
  infraEvents,
  infraTopic,
  statusEvents,
  statusTopic,
} from '@akashic/events'
import type { DeliveredEvent, EventBus, Subscription } from '@akashic/shared/events'
import type { Database } from '@akashic/shared/postgres'
import { recordRuleEvent } from './alert-rule/record-event.ts'
import type { Pulse } from './dead-mans-switch/signal.ts'
import type { FinishedDiagnosis } from './incident/attach-diagnosis.ts'

export interface SubscriptionDeps {
  readonly db: Database
  readonly events: EventBus
  /** Types of events that alert rules count or miss. */
  readonly countedTypes: () => ReadonlySet<string>
  readonly passOn: (pulse: Pulse) => Promise<void>
}

const group = 'status-alerting'

/** Follows the events that alert rules and the dead man's switch live by. */
export function subscribe(deps: SubscriptionDeps): Promise<Subscription> {
  return deps.events.subscribe({
    group,
    topics: [incidentTopic, statusTopic],
    from: 'latest',
    onEvent: (event) => take(deps, event),
  })
}

/** Follows the diagnoses that were made for incidents. */
export function subscribeToDiagnoses(
  events: EventBus,
  onDiagnosis: (diagnosis: FinishedDiagnosis) => Promise<void>,
): Promise<Subscription> {
  return events.subscribe({
    group: 'status-diagnoses',
    topics: [infraTopic],
    from: 'earliest',
    onEvent: async ({ type, data }) => {
      if (type !== infraEvents.diagnosis_completed.type) return
      const { incidentId, diagnosisId, cluster, verdict, summary, cause } =
        infraEvents.diagnosis_completed.data.parse(data)
      if (incidentId === undefined) return
      const named = cause ? `${cause.kind} ${[cause.namespace, cause.name].filter(Boolean).join('/')}` : ''
      await onDiagnosis({ incidentId, diagnosisId, cluster, verdict, summary, cause: named })
    },
  })
}

async function take(deps: SubscriptionDeps, event: DeliveredEvent): Promise<void> {
  if (event.type === statusEvents.pulse.type) {
    const { round, begunAt } = statusEvents.pulse.data.parse(event.data)
    await deps.passOn({ round, begunAtMs: Date.parse(begunAt) })
  }
  if (!deps.countedTypes().has(event.type)) return
  const atMs = Date.parse(event.time)
  await deps.db.transaction(async (tx) => {
    for (const componentId of componentsOf(event)) {
      await recordRuleEvent(tx, { id: event.id, type: event.type, componentId, atMs })
    }
  })
}

const familyTypes = (family: Readonly<Record<string, { readonly type: string }>>): ReadonlySet<string> =>
  new Set(Object.values(family).map(({ type }) => type))
const ofComponents = familyTypes({ changed: statusEvents.component_changed })
const ofAlerts = familyTypes(alertEvents)
const ofIncidents = familyTypes(incidentEvents)

/** Ids of the components that an event is about; none where it does not say. */
function componentsOf({ type, subject, data }: DeliveredEvent): readonly string[] {
  if (ofComponents.has(type)) return [subject]
  const said = data as { componentId?: unknown; components?: unknown }
  if (ofAlerts.has(type)) return typeof said.componentId === 'string' ? [said.componentId] : []
  if (!ofIncidents.has(type) || !Array.isArray(said.components)) return []
  return said.components.flatMap((component: { id?: unknown }) =>
    typeof component.id === 'string' ? [component.id] : [],
  )
}
