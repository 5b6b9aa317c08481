import { incidentEvents, incidentTopic } from '@akashic/events'
import type { DeliveredEvent, EventBus, Subscription } from '@akashic/shared/events'
import type { IncidentOpened } from './diagnosis/diagnose-incident.ts'

export interface SubscriptionDeps {
  readonly events: EventBus
  readonly onIncidentOpened: (opened: IncidentOpened) => Promise<void>
}

/** Hears of incidents that open. */
export function subscribe({ events, onIncidentOpened }: SubscriptionDeps): Promise<Subscription> {
  return events.subscribe({
    group: 'infra.diagnoses',
    topics: [incidentTopic],
    from: 'latest',
    onEvent: async (event: DeliveredEvent) => {
      if (event.type !== incidentEvents.opened.type) return
      const { id, components } = incidentEvents.opened.data.parse(event.data)
      await onIncidentOpened({ incidentId: id, components: (components ?? []).map((component) => component.id) })
    },
  })
}
