import type { IncidentService, StatusService } from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import type { RpcClientOf } from '@akashic/shared/rpc'
import type { KnownComponent } from '../component/known-components.ts'

export interface TroubleDeps {
  readonly status: Pick<RpcClientOf<StatusService>, 'getComponent'>
  readonly incidents: Pick<RpcClientOf<IncidentService>, 'listIncidents'>
}

const well = new Set(['STATUS_OPERATIONAL', 'STATUS_MAINTENANCE'])
const open = ['INCIDENT_STATUS_INVESTIGATING', 'INCIDENT_STATUS_IDENTIFIED', 'INCIDENT_STATUS_MONITORING'] as const

/** Why components are not well: a state that is not, or an incident that is open; null where all are. */
export async function troubleOf(
  { status, incidents }: TroubleDeps,
  components: readonly KnownComponent[],
): Promise<string | null> {
  const options = { principal: systemActor('infra').principal, deadlineMs: 2_000 }
  for (const { id } of components) {
    const { component } = await status.getComponent({ id }, options)
    const state = String(component?.state?.status ?? '')
    if (!well.has(state))
      return `${id} is ${
        state
          .replace(/^STATUS_/, '')
          .toLowerCase()
          .replace('_', ' ') || 'unknown'
      }`
    const query = { limit: 1, cursor: '', statuses: [...open], severities: [], componentId: id }
    const { incidents: found } = await incidents.listIncidents(query, options)
    if (found.length > 0) return `an incident of ${id} is open`
  }
  return null
}
