import { referenceText, type ClusterView, type Reference } from '@akashic/kubernetes'
import { absence, fieldQuote } from '../analyse/quote.ts'
import { describe, lookAt } from '../analyse/remedies.ts'
import { scaleUp } from '../remedy/scale.ts'
import type { Scope } from '../cause/diagnosis.ts'
import type { Change } from '../change/change.ts'
import type { Evidence, Finding } from '../finding/finding.ts'

/** What keeps the workloads of components from running at all: that they are not there, or are scaled to nothing. For a
 *  workload that nobody's component needs, neither is a trouble. */
export function targetFindings(view: ClusterView, scope: Scope, changes: readonly Change[]): readonly Finding[] {
  if (scope.kind !== 'component') return []
  return scope.workloads.flatMap((workload) => {
    const found = view.find(workload)
    const seen = changesOf(changes, workload)
    if (found === undefined) return isRead(view, workload) ? [missing(workload, seen)] : []
    return 'replicas' in found && found.replicas === 0 ? [scaledDown(view, workload, found.uid, seen)] : []
  })
}

const isRead = (view: ClusterView, { kind }: Reference): boolean =>
  (kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet') && view.freshness(kind).state === 'fresh'

/** The last that was done to it, if that is known. */
function changesOf(changes: readonly Change[], workload: Reference): readonly Evidence[] {
  const last = changes.findLast(
    ({ object, kind }) =>
      referenceText(object) === referenceText(workload) && (kind === 'deleted' || kind === 'scaled'),
  )
  return last ? [{ kind: 'change', object: workload, where: '', quote: last.summary, at: last.at }] : []
}

function missing(workload: Reference, seen: readonly Evidence[]): Finding {
  const { kind, namespace } = workload
  return {
    ...{ rule: 'target-missing', severity: 'critical', object: workload, uid: '', part: '', reason: 'NotFound' },
    summary: `There is no ${referenceText(workload)}, which runs the component.`,
    evidence: [absence(workload, `no ${kind} of that name was read in namespace ${namespace}`), ...seen],
    remedies: [
      lookAt(`See what runs in namespace ${namespace}`, `kubectl get all -n ${namespace}`),
      {
        title: 'Deploy it again, or correct targets.kubernetes of the component',
        command: null,
        changes: 'the cluster, or what the component is said to be run by',
        undo: 'delete what was deployed',
        isDestructive: false,
      },
    ],
    blames: [{ object: workload, because: 'it does not exist, and it runs the component', strength: 'direct' }],
    involves: [],
    since: seen[0]?.at ?? null,
  }
}

function scaledDown(view: ClusterView, workload: Reference, uid: string, seen: readonly Evidence[]): Finding {
  return {
    ...{ rule: 'target-scaled-down', severity: 'critical', object: workload, uid, part: '', reason: 'ScaledDown' },
    summary: `${referenceText(workload)}, which runs the component, is scaled to 0.`,
    evidence: [fieldQuote(workload, 'spec.replicas', 0), ...seen],
    remedies: [describe(workload), scaleUp(view, workload)],
    blames: [{ object: workload, because: 'it is scaled to 0, and it runs the component', strength: 'direct' }],
    involves: [],
    since: seen[0]?.at ?? null,
  }
}
