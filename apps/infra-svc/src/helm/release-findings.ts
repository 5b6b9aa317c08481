import { referenceTo, type ClusterView, type Reference } from '@akashic/kubernetes'
import { fieldQuote } from '../analyse/quote.ts'
import { lookAt } from '../analyse/remedies.ts'
import type { Finding, Remedy } from '../finding/finding.ts'
import { isPending, lastDeployed, storedName, type ReleaseState } from './release-state.ts'

/** Helm's own deadline for an operation, unless it is given another. */
const patienceMs = 5 * 60_000

/** Releases that Helm left unfinished, or whose last operation failed. While an operation is pending Helm refuses every
 *  other upgrade of the release. */
export function releaseFindings(view: ClusterView, releases: readonly ReleaseState[], now: number): readonly Finding[] {
  return releases.flatMap((release) => {
    const { status, modifiedAt } = release
    if (status === 'failed') return [failed(view, release)]
    const isLate = modifiedAt !== null && now - modifiedAt > patienceMs
    return isPending(status) && isLate ? [pending(view, release)] : []
  })
}

function pending(view: ClusterView, release: ReleaseState): Finding {
  const operation = release.status.slice('pending-'.length)
  const because = `Its ${operation} to revision ${release.revision} was begun and never ended; Helm refuses others until then.`
  return finding(view, release, { rule: 'helm-pending', severity: 'warning', because })
}

function failed(view: ClusterView, release: ReleaseState): Finding {
  const good = lastDeployed(release)
  const before = good === undefined ? 'none was ever deployed' : `revision ${good} was the last that was deployed`
  const severity = good === undefined ? 'critical' : 'warning'
  return finding(view, release, {
    rule: 'helm-failed',
    severity,
    because: `Its revision ${release.revision} failed; ${before}.`,
  })
}

function finding(
  view: ClusterView,
  release: ReleaseState,
  { because, ...told }: Pick<Finding, 'rule' | 'severity'> & { readonly because: string },
): Finding {
  const { namespace, name, revision, status, modifiedAt, uid, keptIn } = release
  const object = { kind: 'HelmRelease', namespace, name }
  const stored = { kind: keptIn, namespace, name: storedName(name, revision) }
  return {
    ...told,
    object,
    uid,
    part: '',
    reason: status,
    summary: because,
    evidence: [fieldQuote(stored, 'metadata.labels.status', status, modifiedAt)],
    remedies: remediesOf(release),
    blames: [{ object, because, strength: 'direct' }],
    involves: workloadsOf(view, release),
    since: modifiedAt,
  }
}

function remediesOf(release: ReleaseState): readonly Remedy[] {
  const { namespace, name, revision } = release
  const look = lookAt(
    'See what Helm did, and that no helm is still at work on it',
    `helm history ${name} -n ${namespace}`,
  )
  const good = lastDeployed(release)
  if (good === undefined) {
    return [
      look,
      {
        title: 'Remove what was installed in part, and install it anew',
        command: `helm uninstall ${name} -n ${namespace}`,
        changes: 'deletes every object of the release',
        undo: 'install it again; what its volumes held may be lost',
        isDestructive: true,
      },
    ]
  }
  return [
    look,
    {
      title: `Go back to revision ${good}, the last that was deployed`,
      command: `helm rollback ${name} ${good} -n ${namespace}`,
      changes: 'every object of the release; migrations that ran are not taken back',
      undo: `helm rollback ${name} ${revision} -n ${namespace}`,
      isDestructive: false,
    },
  ]
}

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const

/** By the annotations that Helm writes; a release may have objects in other namespaces than its own. */
function workloadsOf(view: ClusterView, { namespace, name }: ReleaseState): readonly Reference[] {
  return workloadKinds.flatMap((kind) =>
    [...view.all(kind)]
      .filter(
        ({ annotations }) =>
          annotations['meta.helm.sh/release-name'] === name &&
          annotations['meta.helm.sh/release-namespace'] === namespace,
      )
      .map(referenceTo),
  )
}
