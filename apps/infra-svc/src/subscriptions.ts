import { incidentEvents, incidentTopic } from '@akashic/events'
import type { DeliveredEvent, EventBus, Subscription } from '@akashic/shared/events'

export interface SubscriptionDeps {
  readonly events: EventBus
  readonly onIncidentOpened: (incidentId: string) => Promise<void>
}

/** Hears of incidents that open. */
export function subscribe({ events, onIncidentOpened }: SubscriptionDeps): Promise<Subscription> {
  return events.subscribe({
    group: 'infra.diagnoses',
    topics: [incidentTopic],
    from: 'latest',
    onEvent: async (event: DeliveredEvent) => {
      if (event.type !== incidentEvents.opened.type) return
      await onIncidentOpened(incidentEvents.opened.data.parse(event.data).id)
    },
  })
}
