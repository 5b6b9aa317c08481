import { referenceTo, type ClusterView, type HorizontalPodAutoscaler, type Reference } from '@akashic/kubernetes'
import { fieldQuote } from '../analyse/quote.ts'
import { describe, target } from '../analyse/remedies.ts'
import type { Blame, Remedy } from '../finding/finding.ts'
import { patch } from './command.ts'
import { keeperOf, throughKeeper } from './keeper.ts'

interface Scaling {
  /** How many there are to be now. */
  readonly before: number
  readonly replicas: number
  readonly title: string
}

/** Have this many pods of a workload, through whoever owns the number. */
export function scale(view: ClusterView, workload: Reference, { before, replicas, title }: Scaling): Remedy {
  const autoscaler = before === 0 ? undefined : autoscalerOf(view, workload)
  const keeper = keeperOf(view, autoscaler ? referenceTo(autoscaler) : workload)
  const changes = 'how many pods run'
  if (keeper) return throughKeeper(keeper, title, changes)
  if (autoscaler) return bound(autoscaler, { before, replicas, title })
  return {
    title,
    command: `kubectl scale ${target(workload)} --replicas=${replicas}`,
    changes,
    undo: `kubectl scale ${target(workload)} --replicas=${before}`,
    isDestructive: false,
  }
}

/** It leaves alone what is scaled to 0. */
const autoscalerOf = (view: ClusterView, { kind, namespace, name }: Reference): HorizontalPodAutoscaler | undefined =>
  [...view.inNamespace('HorizontalPodAutoscaler', namespace)].find(
    ({ target: scaled }) => scaled.kind === kind && scaled.name === name,
  )

function bound(autoscaler: HorizontalPodAutoscaler, { before, replicas, title }: Scaling): Remedy {
  const { name, minReplicas, maxReplicas } = autoscaler
  const nearer = replicas > before ? Math.max : Math.min
  return patch(referenceTo(autoscaler), {
    title: `${title}, by the bounds of HorizontalPodAutoscaler ${name}`,
    changes: 'between how many pods the autoscaler chooses',
    to: { spec: { minReplicas: nearer(minReplicas, replicas), maxReplicas: nearer(maxReplicas, replicas) } },
    back: { spec: { minReplicas, maxReplicas } },
  })
}

/** What shows that a workload is to have no pods, and what gives it some. A DaemonSet has as many as nodes want it. */
export const ofNoReplicas = (
  view: ClusterView,
  workload: Reference,
  replicas = 1,
): Pick<Blame, 'evidence' | 'remedies'> =>
  workload.kind === 'DaemonSet'
    ? { evidence: [fieldQuote(workload, 'status.desiredNumberScheduled', 0)], remedies: [describe(workload)] }
    : {
        evidence: [fieldQuote(workload, 'spec.replicas', 0)],
        remedies: [scaleUp(view, workload, replicas)],
      }

/** Give a workload pods that is to have none. */
export const scaleUp = (view: ClusterView, workload: Reference, replicas = 1): Remedy =>
  scale(view, workload, { before: 0, replicas, title: `Scale ${workload.kind} ${workload.name} up` })
