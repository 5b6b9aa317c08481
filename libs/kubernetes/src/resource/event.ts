import { trimMeta, type Meta } from './meta.ts'
import { at, numberAt, textAt, timeAt, type Raw } from './raw.ts'

/** What a controller, the scheduler or a kubelet noted of an object. */
export interface KubeEvent extends Meta {
  readonly kind: 'Event'
  readonly type: string
  readonly reason: string
  readonly message: string
  readonly about: {
    readonly kind: string
    readonly namespace: string
    readonly name: string
    readonly uid: string
    /** Such as `spec.containers{app}`. */
    readonly fieldPath: string
  }
  readonly count: number
  readonly firstAt: number | null
  readonly lastAt: number | null
  readonly source: string
}

const longestMessage = 1_024

/** Reads both forms of events: with count and timestamps, and with a series. */
export function trimEvent(raw: Raw): KubeEvent {
  const about = at(raw, 'involvedObject')
  const firstAt =
    timeAt(raw, 'firstTimestamp') ?? timeAt(raw, 'eventTime') ?? timeAt(raw, 'metadata', 'creationTimestamp')
  return {
    kind: 'Event',
    ...trimMeta(raw),
    type: textAt(raw, 'type'),
    reason: textAt(raw, 'reason'),
    message: textAt(raw, 'message').slice(0, longestMessage),
    about: {
      kind: textAt(about, 'kind'),
      namespace: textAt(about, 'namespace'),
      name: textAt(about, 'name'),
      uid: textAt(about, 'uid'),
      fieldPath: textAt(about, 'fieldPath'),
    },
    count: numberAt(raw, 0, 'series', 'count') || numberAt(raw, 1, 'count'),
    firstAt,
    lastAt: timeAt(raw, 'series', 'lastObservedTime') ?? timeAt(raw, 'lastTimestamp') ?? firstAt,
    source: textAt(raw, 'reportingComponent') || textAt(raw, 'source', 'component'),
  }
}
