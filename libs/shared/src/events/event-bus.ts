/** A CloudEvents 1.0 event (specversion 1.0) as features write it and consumers get it. */
export interface Event<Data = unknown> {
  /** Unique; consumers deduplicate by it. */
  readonly id: string
  /** As `akashic.incident.opened.v1`. */
  readonly type: string
  /** As `/status`: the service that owns the type. */
  readonly source: string
  /** Id of what it is about; the key that keeps its events in order. */
  readonly subject: string
  /** ISO-8601, UTC, milliseconds. */
  readonly time: string
  /** W3C Trace Context of what caused it. */
  readonly traceparent?: string
  /** Who did it: `person:<id>`, `service:<name>`. */
  readonly actor?: string
  readonly incidentId?: string
  /** On an event of a `<topic>.dead`: why it is there. */
  readonly deadLetter?: DeadLetter
  readonly data: Data
}

/** Why a consumer group gave an event up. */
export interface DeadLetter {
  readonly group: string
  readonly reason: string
  /** Where the event stood; absent when its topic never took it. */
  readonly position?: EventPosition
}

/** An event on its way out. */
export interface OutgoingEvent<Data = unknown> extends Event<Data> {
  readonly topic: string
}

/** Where an event stands in its topic: opaque, growing within a partition. */
export interface EventPosition {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

export interface DeliveredEvent extends Event {
  readonly position: EventPosition
}

export interface SubscribeOptions {
  /** Consumer group: its members share the topics, and its positions are kept. */
  readonly group: string
  readonly topics: readonly string[]
  /** Where a group that has no position yet begins. */
  readonly from: 'earliest' | 'latest' | { readonly timeMs: number }
  /** Called in order per subject. A thrown error is retried with jitter, then the event goes to `<topic>.dead` with the
   *  reason. An OpsError `unavailable` or `deadline_exceeded` is no fault of the event: it is retried until it passes. */
  readonly onEvent: (event: DeliveredEvent) => Promise<void>
}

export interface Subscription {
  stop(deadlineMs: number): Promise<void>
}

/** Events between services: on Kafka, or in Postgres where there is none. At least once; never lost; in order per subject. */
export interface EventBus {
  /** Appends events that are already durable elsewhere; the relay's way out. Resolves once all are acknowledged. After a failure
   *  some may be there.
   *  @throws OpsError unavailable when the log cannot be reached, deadline_exceeded when it took too long, failed_precondition when
   *  a topic does not exist, permission_denied when this client may not write to it, invalid_argument when the log will never
   *  take one of the events. */
  publish(events: readonly OutgoingEvent[]): Promise<void>
  subscribe(options: SubscribeOptions): Promise<Subscription>
  /** Reads on from an instant or after a position without a group: for streams to people. Ends when `signal` aborts. */
  read(options: {
    readonly topics: readonly string[]
    readonly from: ReadFrom
    readonly signal: AbortSignal
  }): AsyncIterable<DeliveredEvent>
  /** Where each partition of `topics` stands: `read` after these begins with the first event at or after an instant by its `time`,
   *  or with what comes next.
   *  @throws OpsError unavailable when the log cannot be reached, failed_precondition when a topic does not exist in Kafka. */
  positions(topics: readonly string[], at: 'latest' | { readonly timeMs: number }): Promise<readonly EventPosition[]>
  /** Makes the topics that are missing; in Postgres, where they are ours alone, also brings the others to their figures.
   *  @returns what was made.
   *  @throws OpsError unavailable when the log cannot be reached, permission_denied when this client may not make topics. */
  ensureTopics(topics: readonly TopicDefinition[]): Promise<readonly TopicChange[]>
  /** Topics that are missing or differ, and, unless `dryRun`, what was made of them. */
  applyTopics(topics: readonly TopicDefinition[], options: { dryRun: boolean }): Promise<readonly TopicChange[]>
  close(): Promise<void>
}

/** The first event at or after an instant by its `time`; or after positions, where a partition that none of them names begins
 *  at `timeMs`, or else with the first event that is kept. */
export type ReadFrom =
  { readonly timeMs: number } | { readonly after: readonly EventPosition[]; readonly timeMs?: number }

export interface TopicDefinition {
  readonly name: string
  readonly partitions: number
  readonly retentionMs: number
}

export interface TopicChange {
  readonly name: string
  readonly change: 'create' | 'change_retention' | 'add_partitions' | 'none'
  readonly detail: string
}
