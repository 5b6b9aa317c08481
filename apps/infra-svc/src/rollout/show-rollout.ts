import { referenceText, type ClusterView, type Reference } from '@akashic/kubernetes'
import { OpsError } from '@akashic/shared/errors'
import { analyse } from '../analyse/analyse.ts'
import type { ReleaseState } from '../helm/release-state.ts'
import { noLogs } from '../log/log-lines.ts'
import { proposeRollback } from './propose-rollback.ts'
import { readRollout } from './read-rollout.ts'

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** A rollout with the rollback that would help, as the API shows it.
 *  @throws OpsError not_found for what is no Deployment, StatefulSet or DaemonSet that there is. */
export function showRollout(
  view: ClusterView,
  workload: Reference,
  { now, releases }: { readonly now: number; readonly releases: readonly ReleaseState[] },
) {
  const findings = analyse({ view, now, logs: noLogs }).filter(
    ({ object }) => referenceText(object) === referenceText(workload),
  )
  const rollout = readRollout(view, workload, findings)
  if (!rollout)
    throw new OpsError(
      'not_found',
      `There is no Deployment, StatefulSet or DaemonSet ${workload.namespace}/${workload.name}.`,
    )
  const isWell = rollout.state === 'complete' && findings.length === 0
  return {
    ...rollout,
    revisions: rollout.revisions.map((revision) => ({ ...revision, createdAt: instant(revision.createdAt) })),
    rollback: isWell ? null : proposeRollback(view, rollout, releases),
  }
}
