import type { IncidentService } from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import type { Principal } from '@akashic/shared/identity'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { componentScopes } from './component-scopes.ts'
import { createDiagnosis, type CreateDiagnosisDeps } from './create-diagnosis.ts'

export interface DiagnoseIncidentDeps extends CreateDiagnosisDeps {
  readonly incidents: Pick<RpcClientOf<IncidentService>, 'getIncident'>
}

/** By what a viewer may know: an incident that is restricted is nobody's to diagnose by itself. */
const viewer: Principal = { ...systemActor('infra').principal, role: 'viewer' }

/** Diagnoses what runs the components of an incident that has opened, once in each of their clusters, whichever replica
 *  hears of it. The components are asked for: events of incidents that are not public do not name them.
 *  @throws OpsError unavailable where the status service or a cluster cannot be read now. */
export async function diagnoseIncident(deps: DiagnoseIncidentDeps, incidentId: string, attempt = 1): Promise<void> {
  const affected = await openComponentsOf(deps, incidentId)
  const known = await deps.components()
  const scopes = componentScopes(known.filter(({ id }) => affected.has(id))).filter(({ cluster }) =>
    deps.clusters.all().some(({ name }) => name === cluster),
  )
  for (const scope of scopes) {
    const created = await createDiagnosis(deps, { ...scope, incidentId, attempt, requestedBy: 'service:infra' })
    await created?.finished
  }
}

/** None of an incident that is over, or that it may not know of. */
async function openComponentsOf({ incidents }: DiagnoseIncidentDeps, id: string): Promise<ReadonlySet<string>> {
  try {
    const { incident } = await incidents.getIncident({ id }, { principal: viewer })
    if (incident?.resolvedAtMs !== undefined) return new Set()
    return new Set((incident?.components ?? []).map((component) => component.id))
  } catch (error) {
    if (error instanceof OpsError && error.code === 'not_found') return new Set()
    throw error
  }
}
