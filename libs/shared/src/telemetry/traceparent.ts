import { context, isSpanContextValid, trace, TraceFlags } from '@opentelemetry/api'

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** The `traceparent` header (W3C Trace Context) of the active span; null when there is none. */
export function currentTraceparent(): string | null {
  const span = trace.getSpanContext(context.active())
  if (span === undefined || !isSpanContextValid(span)) return null
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`
}

/** Runs `work` as a child of the caller's span; just runs it when there is none. */
export function withRemoteParent<T>(traceparent: string | null, work: () => T): T {
  const [, traceId, spanId, flags] = pattern.exec(traceparent ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return work()
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true }
  return context.with(trace.setSpanContext(context.active(), parent), work)
}
