import { json, startFaultyServer } from '../webhook-sink/faulty-server.ts'
import type { Answer, Call, FaultyServer } from '../webhook-sink/faulty-server.ts'
import { errorsOf } from './event.ts'
import type { PagerDutyEvent } from './event.ts'

export interface PagerDutyAlert {
  readonly status: 'triggered' | 'acknowledged' | 'resolved'
  /** Triggers since it was opened last. */
  readonly triggerCount: number
  readonly events: readonly PagerDutyEvent[]
}

export interface FakePagerDuty extends FaultyServer {
  readonly routingKey: string
  /** By dedup key. */
  alerts(): Map<string, PagerDutyAlert>
}

const routingKey = 'R0A1B2C3D4E5F60718293A4B5C6D7E8F'
const maxEventBytes = 512 * 1_024

/** The Events API v2: events are validated, and those of one dedup key are one alert. */
export async function startPagerDuty(): Promise<FakePagerDuty> {
  const alerts = new Map<string, PagerDutyAlert>()
  const take = (call: Call): Answer => {
    if (call.method !== 'POST' || call.path !== '/v2/enqueue') return json(404, { error: 'Not Found' })
    if (Buffer.byteLength(call.body) > maxEventBytes) return json(413, { message: 'Event is too large' })
    const event = parsed(call.body)
    const errors = event ? errorsOf(event, routingKey) : ['Event is not JSON']
    if (!event || errors.length > 0) {
      return json(400, { status: 'invalid event', message: 'Event object is invalid', errors })
    }
    const key = event.dedup_key ?? `made-up-${alerts.size + 1}`
    const next = nextAlert(alerts.get(key), event)
    if (next) alerts.set(key, next)
    return json(202, { status: 'success', message: 'Event processed', dedup_key: key })
  }
  const rateLimited = json(429, { status: 'throttle exceeded', message: 'Requests are too frequent', errors: [] })
  return { ...(await startFaultyServer({ take, rateLimited })), routingKey, alerts: () => new Map(alerts) }
}

/** An acknowledged alert stays so when it is triggered again; one that is resolved takes nothing but a trigger, which opens
 *  a new one. What is said of an alert that is not there is taken and changes nothing. */
function nextAlert(before: PagerDutyAlert | undefined, event: PagerDutyEvent): PagerDutyAlert | undefined {
  const isOpen = before !== undefined && before.status !== 'resolved'
  const events = [...(before?.events ?? []), event]
  if (event.event_action === 'trigger') {
    return isOpen
      ? { ...before, triggerCount: before.triggerCount + 1, events }
      : { status: 'triggered', triggerCount: 1, events }
  }
  if (!isOpen) return before && { ...before, events }
  return { ...before, status: event.event_action === 'acknowledge' ? 'acknowledged' : 'resolved', events }
}

function parsed(body: string): PagerDutyEvent | undefined {
  try {
    return JSON.parse(body) as PagerDutyEvent
  } catch {
    return undefined
  }
}
