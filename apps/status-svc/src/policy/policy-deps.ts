import type { IncidentPolicy } from '@akashic/config'
import { systemActor } from '@akashic/shared/audit'
import type { Logger } from 'pino'
import type { IncidentDeps } from '../incident/incident-deps.ts'
import type { IncidentSummary } from '../incident/incident.ts'
import type { PolicyMetrics } from './policy-metrics.ts'

/** What opens and follows incidents by policy needs. */
export interface PolicyDeps extends IncidentDeps {
  /** As configured now; the first that fits counts. */
  readonly policies: () => readonly IncidentPolicy[]
  readonly metrics: PolicyMetrics
  readonly log: Logger
}

/** Who opens and moves incidents by policy. */
export const policyActor = systemActor('status')

export const openerOf = ({ name }: Pick<IncidentPolicy, 'name'>): string => `policy:${name}`

export const isByPolicy = ({ openedBy }: Pick<IncidentSummary, 'openedBy'>): boolean => openedBy.startsWith('policy:')

/** The policy that opened the incident; undefined when none did, or when it is configured no more. */
export function policyBehind(
  policies: readonly IncidentPolicy[],
  { openedBy }: Pick<IncidentSummary, 'openedBy'>,
): IncidentPolicy | undefined {
  return policies.find((policy) => openerOf(policy) === openedBy)
}
