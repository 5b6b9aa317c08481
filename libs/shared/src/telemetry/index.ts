export { createMetrics } from './metrics.ts'
export { startTracing } from './tracing.ts'
export { currentTraceparent, withRemoteParent } from './traceparent.ts'
