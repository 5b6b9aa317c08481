export { createMetrics } from './metrics.ts'
export { currentTraceparent, inSpan } from './span.ts'
export { passTracesOn, startTracing } from './tracing.ts'
export type { Tracing } from './tracing.ts'
