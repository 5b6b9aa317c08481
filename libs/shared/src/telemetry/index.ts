export { createMetrics } from './metrics.ts'
export { currentTraceparent, inSpan } from './span.ts'
export { startTracing } from './tracing.ts'
export type { Tracing } from './tracing.ts'
