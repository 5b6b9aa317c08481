import {
  conditionOf,
  hasEnded,
  referenceText,
  referenceTo,
  type ClusterView,
  type Pod,
  type PodDisruptionBudget,
  type Reference,
} from '@akashic/kubernetes'
import type { Blame, Finding, Remedy } from '../../finding/finding.ts'
import { patch } from '../../remedy/command.ts'
import { scale } from '../../remedy/scale.ts'
import type { Analyser } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { fieldQuote } from '../quote.ts'
import { describe } from '../remedies.ts'

/** Disruption budgets that keep a node from being drained, or that guard nothing. That a budget allows none is its
 *  purpose while nobody drains. */
export const budgets: Analyser = {
  rules: ['pdb-blocks-drain', 'pdb-selects-nothing'],
  needs: ['PodDisruptionBudget', 'Pod', 'Node'],
  *find({ view }) {
    const drained = new Set([...view.all('Node')].filter(({ isCordoned }) => isCordoned).map(({ name }) => name))
    for (const budget of view.all('PodDisruptionBudget')) {
      const pods = budget.selector
        ? view.podsSelectedBy(budget.namespace, budget.selector).filter((pod) => !hasEnded(pod))
        : []
      if (pods.length === 0) {
        if (budget.expectedPods === 0 && budget.observedGeneration > 0) yield selectsNothing(budget)
        continue
      }
      const held = pods.filter(({ nodeName, deletedAt }) => drained.has(nodeName) && deletedAt === null)
      if (budget.disruptionsAllowed === 0 && budget.observedGeneration > 0 && held.length > 0)
        yield blocksDrain(view, budget, pods, held)
    }
  },
}

function blocksDrain(
  view: ClusterView,
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  held: readonly Pod[],
): Finding {
  const object = referenceTo(budget)
  const nodes = [...new Set(held.map(({ nodeName }) => nodeName))].toSorted()
  const asked =
    budget.minAvailable === '' ? `maxUnavailable ${budget.maxUnavailable}` : `minAvailable ${budget.minAvailable}`
  const allowed = conditionOf(budget, 'DisruptionAllowed')
  const owners = new Map(pods.map((pod) => topOwner(view, pod)).map((owner) => [referenceText(owner), owner]))
  const isByItself = budget.desiredHealthy >= budget.expectedPods
  const blame: Blame = {
    object,
    because: `with ${asked} of ${budget.expectedPods} pods it never allows one to be evicted`,
    strength: 'direct',
    remedies: [...onePodMore(view, owners.values(), budget), allowOne(budget)],
  }
  return {
    ...{
      rule: 'pdb-blocks-drain',
      severity: 'critical',
      object,
      uid: budget.uid,
      part: '',
      reason: allowed?.reason || 'InsufficientPods',
    },
    summary: `It keeps ${held.length} pods on ${nodes.join(', ')}, which is being drained.`,
    evidence: [
      fieldQuote(
        budget,
        budget.minAvailable === '' ? 'spec.maxUnavailable' : 'spec.minAvailable',
        asked.split(' ')[1] ?? '',
      ),
      fieldQuote(
        budget,
        'status.disruptionsAllowed',
        `0, with ${budget.currentHealthy} of ${budget.expectedPods} pods healthy and ${budget.desiredHealthy} wanted`,
        allowed?.since ?? null,
      ),
    ],
    remedies: [describe(object)],
    blames: isByItself ? [blame] : [],
    involves: [...owners.values()],
    since: allowed?.since ?? null,
  }
}

/** With one pod more than it wants the budget lets one go; not so where it counts those that may be away. */
function onePodMore(
  view: ClusterView,
  owners: Iterable<Reference>,
  { minAvailable }: PodDisruptionBudget,
): readonly Remedy[] {
  const [owner, ...others] = [...owners]
  const found = owner && view.find(owner)
  if (others.length > 0 || (found?.kind !== 'Deployment' && found?.kind !== 'StatefulSet')) return []
  if (!/^\d+$/.test(minAvailable)) return []
  const wanted = Math.max(found.replicas, Number(minAvailable)) + 1
  const title = 'Run one pod more while the node is drained'
  return [scale(view, referenceTo(found), { before: found.replicas, replicas: wanted, title })]
}

const allowOne = (budget: PodDisruptionBudget): Remedy =>
  patch(referenceTo(budget), {
    title: 'Let it allow one pod at a time',
    changes: 'how many pods may be evicted at once; with a single pod that is an interruption',
    to: { spec: { minAvailable: null, maxUnavailable: 1 } },
    back: { spec: { minAvailable: asWritten(budget.minAvailable), maxUnavailable: asWritten(budget.maxUnavailable) } },
  })

const asWritten = (text: string): string | number | null =>
  text === '' ? null : /^\d+$/.test(text) ? Number(text) : text

function selectsNothing(budget: PodDisruptionBudget): Finding {
  const object = referenceTo(budget)
  return {
    ...{ rule: 'pdb-selects-nothing', severity: 'info', object, uid: budget.uid, part: '', reason: 'NoPods' },
    summary: 'It selects no pod, and guards nothing.',
    evidence: [fieldQuote(budget, 'status.expectedPods', 0)],
    ...{ remedies: [describe(object)], blames: [], involves: [], since: null },
  }
}
