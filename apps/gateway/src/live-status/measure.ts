import { Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import type { LiveStatus } from './live-status.ts'

/** Shows how old the served status is: the first thing to look at when a page is called stale. */
export function measureAge(metrics: Registry, live: LiveStatus): void {
  new Gauge({
    name: 'akashic_status_age_seconds',
    help: 'How long ago the status service last made sure of the status that is served; -1 while nothing is known.',
    registers: [metrics],
    collect() {
      const ageMs = live.ageMs()
      this.set(ageMs === null ? -1 : ageMs / 1_000)
    },
  })
}
