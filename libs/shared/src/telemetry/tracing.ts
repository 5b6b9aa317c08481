import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'

export interface Tracing {
  /** Sends what is left, for 3 s at most, and stops. */
  stop(): Promise<void>
}

/** Sends traces of this process to `endpoint` (OTLP over HTTP). The SDK is loaded only when this is called. */
export async function startTracing({ service, endpoint }: { service: string; endpoint: string }): Promise<Tracing> {
  const [{ NodeSDK }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ])
  const sdk = new NodeSDK({
    serviceName: service,
    traceExporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: 3_000 }),
  })
  sdk.start()
  return { stop: () => sdk.shutdown() }
}

/** Hands the trace of a caller on to whom this process calls and to its events, though nothing is recorded here. For a process
 *  that does not start tracing. */
export function passTracesOn(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
}
