import type { Config } from '@akashic/config'
import type { Logger } from 'pino'
import { createDiagnosis, type CreateDiagnosisDeps } from './create-diagnosis.ts'
import { componentScope } from './dependencies.ts'

export interface IncidentOpened {
  readonly incidentId: string
  /** Ids of the components that it names, the root first. */
  readonly components: readonly string[]
}

/** Diagnoses the components of an incident that has opened, where a cluster runs one of them. Once for an incident,
 *  whichever replica hears of it. */
export async function diagnoseIncident(
  deps: CreateDiagnosisDeps & { readonly components: () => Config['components']; readonly log: Logger },
  { incidentId, components }: IncidentOpened,
): Promise<void> {
  const configured = deps.components()
  const id = components.find((each) =>
    configured.some((component) => component.id === each && component.targets?.kubernetes),
  )
  if (id === undefined) return
  const asked = { ...componentScope(configured, id), incidentId, requestedBy: 'service:infra' }
  const created = await createDiagnosis(deps, asked)
  await created?.finished
}
