import { systemActor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { readKind } from '../timeline/read-kind.ts'
import { amend } from './amend.ts'
import type { IncidentDeps } from './incident-deps.ts'

/** What a diagnosis made for an incident has found. */
export interface FinishedDiagnosis {
  readonly incidentId: string
  readonly diagnosisId: string
  readonly cluster: string
  readonly verdict: string
  /** One sentence. */
  readonly summary: string
  /** What must be changed, such as `Deployment shop/web`; '' where that is not established. */
  readonly cause: string
}

/** Notes in the timeline of its incident what a diagnosis has found; once, however often it is heard of, and not where the
 *  one before it in the same cluster said the same. An incident that there is no more is passed over. */
export async function attachDiagnosis(deps: IncidentDeps, { incidentId, ...found }: FinishedDiagnosis): Promise<void> {
  try {
    await amend(deps, systemActor('infra'), { id: incidentId, version: null }, async (incident, _, tx) => {
      const known = (await readKind(tx, [incident.num], 'diagnosed')).get(incident.num) ?? []
      const last = known.findLast(({ body }) => body['cluster'] === found.cluster)?.body
      const isKnown =
        known.some(({ body }) => body['diagnosisId'] === found.diagnosisId) ||
        (last?.['verdict'] === found.verdict && last['summary'] === found.summary)
      const happenings = isKnown ? [] : [{ kind: 'diagnosed' as const, body: { ...found } }]
      return { incident, happenings, act: { action: 'incident.diagnosed', detail: { ...found } } }
    })
  } catch (error) {
    if (!(error instanceof OpsError && error.code === 'not_found')) throw error
  }
}
