import { diagnoseIncident, type DiagnoseIncidentDeps } from './diagnose-incident.ts'
import { readUnexplained } from './store.ts'

/** How long after an attempt that found no cause the next one is made, ms. After the last the people go on alone. */
const pausesMs = [15_000, 60_000, 240_000] as const
const lookBackMs = 1_800_000

/** Diagnoses open incidents again whose cause was not seen: what breaks a component may show in the cluster only later. */
export async function diagnoseAgain(deps: DiagnoseIncidentDeps, nowMs: number): Promise<void> {
  for (const { incidentId, attempt, finishedAt } of await readUnexplained(deps.db, new Date(nowMs - lookBackMs))) {
    const pause = pausesMs[attempt - 1]
    if (pause !== undefined && finishedAt.getTime() + pause <= nowMs) {
      await diagnoseIncident(deps, incidentId, attempt + 1)
    }
  }
}
