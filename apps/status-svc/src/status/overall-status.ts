import type { ComponentStatus } from './component-status.ts'

export type OverallStatus = 'operational' | 'degraded' | 'outage' | 'unknown'

export interface Weighed {
  readonly critical: boolean
  readonly status: ComponentStatus
}

/** Overall status of the page. Outage if any critical component is in outage; else degraded if any critical one is
 *  degraded or partially out, or any other one is in outage; else unknown if any critical one is unknown, or if nothing
 *  at all is known; else operational. Components in maintenance are left out. */
export function overallStatus(components: Iterable<Weighed>): OverallStatus {
  const tally = new OverallTally()
  for (const component of components) tally.add(component)
  return tally.status()
}

/** The same rule over a set that changes: what sweeps over time keep instead of asking all components anew. */
export class OverallTally {
  #criticalOutage = 0
  #impaired = 0
  #criticalUnknown = 0
  #known = 0
  #inMaintenance = 0

  add(component: Weighed): void {
    this.#count(component, 1)
  }

  remove(component: Weighed): void {
    this.#count(component, -1)
  }

  status(): OverallStatus {
    if (this.#criticalOutage > 0) return 'outage'
    if (this.#impaired > 0) return 'degraded'
    if (this.#criticalUnknown > 0) return 'unknown'
    return this.#known > 0 || this.#inMaintenance > 0 ? 'operational' : 'unknown'
  }

  #count({ critical, status }: Weighed, by: 1 | -1): void {
    if (status === 'maintenance') this.#inMaintenance += by
    else if (status !== 'unknown') this.#known += by
    else if (critical) this.#criticalUnknown += by
    if (critical && status === 'outage') this.#criticalOutage += by
    if (critical ? status === 'degraded' || status === 'partial_outage' : status === 'outage') this.#impaired += by
  }
}
