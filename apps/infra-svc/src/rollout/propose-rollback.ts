import type { ClusterView, Deployment, ReplicaSet } from '@akashic/kubernetes'
import type { Remedy } from '../finding/finding.ts'
import { isPending, type ReleaseState } from '../helm/release-state.ts'
import { managersOf, type Manager } from './managers.ts'
import type { Rollout } from './read-rollout.ts'
import { asksDifferently, replicaSetsOf } from './revisions.ts'
import { rollbackWarnings } from './rollback-warnings.ts'

/** The way back, to be run by a person: nothing here changes a cluster. */
export interface RollbackProposal extends Remedy {
  /** The Deployment's revision whose template it goes back to. */
  readonly toRevision: number
  readonly through: 'kubectl' | 'helm' | 'argocd' | 'flux' | 'operator'
  readonly warnings: readonly string[]
}

type Way = Pick<RollbackProposal, 'title' | 'command' | 'changes' | 'undo' | 'through' | 'warnings'>

/** The rollback that would help a Deployment, through whoever owns it: the newest earlier revision that has ready pods
 *  now, else the newest earlier one that asks for other pods. null where there is none.
 *  @param releases of Helm, as far as they could be read: then the revision of Helm is named. */
export function proposeRollback(
  view: ClusterView,
  { workload }: Pick<Rollout, 'workload'>,
  releases: readonly ReleaseState[] = [],
): RollbackProposal | null {
  const deployment = view.find(workload)
  if (deployment?.kind !== 'Deployment') return null
  const to = targetOf(view, deployment)
  if (to === undefined) return null
  const way = wayOf(managersOf(view, deployment), deployment, to, releases)
  const warnings = [...way.warnings, ...rollbackWarnings(view, deployment, to)]
  return { ...way, warnings, toRevision: to.revision, isDestructive: false }
}

function targetOf(view: ClusterView, deployment: Deployment): ReplicaSet | undefined {
  const sets = replicaSetsOf(view, deployment)
  const current = sets.find(({ revision }) => revision === deployment.revision)
  const earlier = sets.filter(({ revision }) => revision > 0 && revision < deployment.revision).toReversed()
  return (
    earlier.find(({ readyReplicas }) => readyReplicas > 0) ??
    earlier.find(({ template }) => asksDifferently(template, (current ?? deployment).template))
  )
}

function wayOf(
  managers: readonly Manager[],
  deployment: Deployment,
  to: ReplicaSet,
  releases: readonly ReleaseState[],
): Way {
  const owner = managers.find(({ kind }) => kind !== 'hpa')
  switch (owner?.kind) {
    case 'argocd':
    case 'flux':
      return throughGit(owner, owner.kind, to)
    case 'operator':
      return throughOperator(owner, to)
    case 'helm':
      return throughHelm(owner, deployment, to, releases)
    default:
      return throughKubectl(deployment, to)
  }
}

const imagesOf = ({ template }: ReplicaSet): string =>
  [...new Set(template.spec.containers.map(({ image }) => image))].join(', ')

function throughGit({ name, says }: Manager, through: 'argocd' | 'flux', to: ReplicaSet): Way {
  const tool = through === 'argocd' ? 'Argo CD application' : 'Flux object'
  return {
    through,
    title: `Revert in Git what came after revision ${to.revision} (${imagesOf(to)}), where ${tool} ${name} reads it`,
    command: null,
    changes: 'what Git says; the next synchronisation starts a rollout',
    undo: 'revert the revert',
    warnings: [says],
  }
}

function throughOperator({ name, namespace, says }: Manager, to: ReplicaSet): Way {
  return {
    through: 'operator',
    title: `Put ${name} in namespace ${namespace} back to what made revision ${to.revision} (${imagesOf(to)})`,
    command: null,
    changes: 'the custom resource; its operator then changes the workload',
    undo: 'put back what was there before; `kubectl get -o yaml` first keeps it',
    warnings: [says],
  }
}

function throughHelm(owner: Manager, deployment: Deployment, to: ReplicaSet, releases: readonly ReleaseState[]): Way {
  const { name, namespace } = owner
  const release = releases.find((each) => each.name === name && each.namespace === namespace)
  const good = release && goodRevisionOf(release)
  if (release && good === undefined) {
    const warning = `Helm keeps no earlier revision of ${name} that was deployed: this drifts from Helm's record.`
    const { warnings, ...rest } = throughKubectl(deployment, to)
    return { ...rest, warnings: [warning, ...warnings] }
  }
  const at = good === undefined ? '' : ` ${good}`
  return {
    through: 'helm',
    title: good === undefined ? `Roll back release ${name}` : `Roll back release ${name} to its revision ${good}`,
    command: `helm rollback ${name}${at} -n ${namespace}`,
    changes: `every object of release ${name}; it starts a rollout`,
    undo: release
      ? `helm rollback ${name} ${release.revision} -n ${namespace}`
      : `helm rollback ${name} -n ${namespace}`,
    warnings: [
      `The whole release goes back, not only this workload; \`kubectl rollout undo\` instead drifts from Helm's record.`,
      ...(release
        ? []
        : [
            `Helm's record could not be read: see with \`helm history ${name} -n ${namespace}\` that the revision before was deployed.`,
          ]),
      ...(release && isPending(release.status)
        ? [`The release is ${release.status}: see first that no other helm is at work on it.`]
        : []),
    ],
  }
}

/** The newest revision before the last that was once deployed; the last itself where it is the only one, as then
 *  somebody else than Helm made the change. */
function goodRevisionOf({ revision, history }: ReleaseState): number | undefined {
  const good = history.filter(({ status }) => status === 'deployed' || status === 'superseded')
  return (good.find((each) => each.revision < revision) ?? good[0])?.revision
}

function throughKubectl({ namespace, name, revision }: Deployment, to: ReplicaSet): Way {
  const undo = `kubectl rollout undo -n ${namespace} deployment/${name} --to-revision=`
  return {
    through: 'kubectl',
    title: `Go back to revision ${to.revision} (${imagesOf(to)})`,
    command: `${undo}${to.revision}`,
    changes: 'the template of the pods; it starts a rollout',
    undo: `${undo}${revision}`,
    warnings: [],
  }
}
