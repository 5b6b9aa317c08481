import type { ClusterClient, ClusterView } from '@akashic/kubernetes'
import type { Analyser } from '../analyse/analyser.ts'
import { claims } from '../analyse/storage/claims.ts'
import { nearFull } from '../analyse/storage/near-full.ts'
import { releasedVolumes } from '../analyse/storage/released.ts'
import { statefulSetClass } from '../analyse/storage/statefulset-class.ts'
import { assertNamespaceThere } from '../cluster/assert-seen.ts'
import { evidenceDocument } from '../finding/finding-document.ts'
import { groupFindings, type GroupedFinding } from '../finding/group-findings.ts'
import { noLogs } from '../log/log-lines.ts'
import { assertNamespace } from '../network/cluster-names.ts'
import { nodesWithClaims, readVolumeUse } from './read-volume-use.ts'
import { storageReport } from './storage-report.ts'

const analysers: readonly Analyser[] = [claims, nearFull, releasedVolumes, statefulSetClass]

export interface ShowStorageDeps {
  readonly view: ClusterView
  readonly client: Pick<ClusterClient, 'get'>
  /** ms since 1970. */
  readonly now: number
}

/** Storage as the API shows it: what there is, how full it is now, and what is wrong with it.
 *  @param namespace all where it is empty. @throws OpsError invalid_argument, or not_found for the namespace. */
export async function showStorage({ view, client, now }: ShowStorageDeps, namespace: string) {
  if (namespace !== '') {
    assertNamespace(namespace)
    assertNamespaceThere(view, namespace)
  }
  const measured = await readVolumeUse(client, nodesWithClaims(view))
  const look = { view, now, logs: noLogs, volumeUse: measured.lookup }
  const found = groupFindings(
    view,
    analysers.flatMap((analyser) => [...analyser.find(look)]),
  )
  const { findings, ...report } = storageReport({ view, now, measured, findings: found, namespace })
  return { ...report, findings: findings.map(document) }
}

const document = ({
  id,
  rule,
  severity,
  object,
  part,
  reason,
  summary,
  evidence,
  remedies,
  since,
}: GroupedFinding) => ({
  ...{ id, rule, severity, object, part, reason, summary, remedies },
  evidence: evidence.map(evidenceDocument),
  since: since === null ? null : new Date(since).toISOString(),
})
