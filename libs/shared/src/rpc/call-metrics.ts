import { Gauge, Histogram, type Registry } from 'prom-client'

type CallLabel = 'rpc_service' | 'rpc_method' | 'code'

export interface CallMetrics {
  /** Duration of finished calls in seconds, by service, method and code. */
  readonly duration: Histogram<CallLabel>
  /** Streams that are open now. */
  readonly streams: Gauge<'rpc_service' | 'rpc_method'>
}

/** The server's metrics, made once per registry. */
export function callMetrics(registry: Registry): CallMetrics {
  const duration = registry.getSingleMetric('akashic_rpc_server_duration_seconds') as Histogram<CallLabel> | undefined
  const streams = registry.getSingleMetric('akashic_rpc_server_streams') as
    Gauge<'rpc_service' | 'rpc_method'> | undefined
  return {
    duration:
      duration ??
      new Histogram({
        name: 'akashic_rpc_server_duration_seconds',
        help: 'Duration of finished unary calls by service, method and code',
        labelNames: ['rpc_service', 'rpc_method', 'code'],
        buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 2.5, 5, 10],
        registers: [registry],
      }),
    streams:
      streams ??
      new Gauge({
        name: 'akashic_rpc_server_streams',
        help: 'Streaming calls that are open now',
        labelNames: ['rpc_service', 'rpc_method'],
        registers: [registry],
      }),
  }
}
