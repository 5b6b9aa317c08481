import { collectDefaultMetrics, Registry } from 'prom-client'

/** The registry of a process, with the figures of Node itself; each carries `service`. */
export function createMetrics(service: string): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  return registry
}
