import { Counter, Gauge, type Registry } from 'prom-client'
import type { IncidentSummary } from '../incident/incident.ts'

export interface PolicyMetrics {
  readonly opened: Counter<'policy'>
  /** Takes in which incidents are open. */
  showOpen(open: readonly Pick<IncidentSummary, 'severity'>[]): void
}

const severities = [1, 2, 3, 4, 5] as const

export function createPolicyMetrics(registry: Registry): PolicyMetrics {
  const registers = [registry]
  const open = new Gauge({
    name: 'akashic_incidents_open',
    help: 'Incidents that are open, by severity.',
    labelNames: ['severity'],
    registers,
  })
  return {
    opened: new Counter({
      name: 'akashic_incidents_opened_by_policy_total',
      help: 'Incidents that this replica opened, by policy.',
      labelNames: ['policy'],
      registers,
    }),
    showOpen: (incidents) => {
      for (const severity of severities) {
        const count = incidents.filter((incident) => incident.severity === severity).length
        open.set({ severity: `SEV-${severity}` }, count)
      }
    },
  }
}
