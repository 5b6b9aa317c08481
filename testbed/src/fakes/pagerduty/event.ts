export interface PagerDutyEvent {
  readonly routing_key: string
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve'
  readonly dedup_key?: string
  readonly payload?: {
    readonly summary: string
    readonly source: string
    readonly severity: string
    readonly timestamp?: string
    readonly custom_details?: unknown
  }
  readonly links?: readonly { readonly href: string; readonly text?: string }[]
}

const severities = ['critical', 'error', 'warning', 'info']
const actions = ['trigger', 'acknowledge', 'resolve']

/** What the Events API finds wrong with an event; empty when nothing is. */
export function errorsOf(event: Partial<PagerDutyEvent>, routingKey: string): string[] {
  const { event_action: action, dedup_key: key, links, payload } = event
  return [
    ...(event.routing_key === routingKey ? [] : ['Invalid routing key']),
    ...(actions.includes(action ?? '') ? [] : ["'event_action' is missing or invalid"]),
    ...((key?.length ?? 0) > 255 ? ["'dedup_key' is too long"] : []),
    ...(action !== 'trigger' && !key ? ["'dedup_key' is missing"] : []),
    ...(action === 'trigger' || payload ? errorsOfPayload(payload ?? {}) : []),
    ...((links ?? []).every(({ href }) => URL.canParse(href)) ? [] : ["'links' has an invalid href"]),
  ]
}

function errorsOfPayload(payload: Partial<NonNullable<PagerDutyEvent['payload']>>): string[] {
  const { summary, source, severity, timestamp } = payload
  return [
    ...(summary ? [] : ["'payload.summary' is missing or blank"]),
    ...((summary?.length ?? 0) > 1_024 ? ["'payload.summary' is too long"] : []),
    ...(source ? [] : ["'payload.source' is missing or blank"]),
    ...(severities.includes(severity ?? '') ? [] : ["'payload.severity' is invalid"]),
    ...(timestamp !== undefined && Number.isNaN(Date.parse(timestamp)) ? ["'payload.timestamp' is invalid"] : []),
  ]
}
