export type {
  DeadLetter,
  DeliveredEvent,
  Event,
  EventBus,
  EventPosition,
  OutgoingEvent,
  ReadFrom,
  SubscribeOptions,
  Subscription,
  TopicChange,
  TopicDefinition,
} from './event-bus.ts'
export { toCloudEvent } from './cloud-event.ts'
export { createEventBus, type EventBusOptions } from './create-event-bus.ts'
export { eventLogMigrations } from './postgres/postgres-event-bus.ts'
export { createOutbox, type Outbox } from './outbox/outbox.ts'
export { createRelay, type Relay, type RelayOptions } from './outbox/relay.ts'
