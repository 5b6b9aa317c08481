import type { infra } from '@akashic/proto'
import type { z } from 'zod'
import { iso, isoOrNull } from '../instant.ts'
import { infraPath } from './infra-client.ts'
import { diagnosisSchema } from './diagnosis-schemas.ts'

export const diagnosesPath = `${infraPath}/diagnoses`

export type DiagnosisResource = z.output<typeof diagnosisSchema>

/** A diagnosis as REST shows it. */
export function diagnosisResource(diagnosis: infra.Diagnosis): DiagnosisResource {
  const { id, cluster, state, progress, scopeJson, resultJson, problem, incidentId, createdAtMs, finishedAtMs } =
    diagnosis
  return diagnosisSchema.parse({
    ...{ id, url: `${diagnosesPath}/${id}`, cluster, state, progress, scope: JSON.parse(scopeJson) as unknown },
    result: resultJson === '' ? null : (JSON.parse(resultJson) as unknown),
    problem: problem || null,
    incidentId: incidentId || null,
    createdAt: iso(createdAtMs),
    finishedAt: isoOrNull(finishedAtMs),
  })
}
