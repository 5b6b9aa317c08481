import {
  referenceText,
  referenceTo,
  referencesOf,
  type ClusterView,
  type ConfigReference,
  type CronJob,
  type DaemonSet,
  type Deployment,
  type StatefulSet,
} from '@akashic/kubernetes'
import type { Blame, Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { ofMissing, ofMissingKey } from '../../remedy/configuration.ts'
import { describe } from '../remedies.ts'

type Workload = Deployment | StatefulSet | DaemonSet | CronJob

/** Templates that name a ConfigMap, Secret, key or service account that is not there: no new pod of theirs can start,
 *  even if those that run do not notice. */
export const configMissing: Analyser = {
  rules: ['config-missing'],
  needs: ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'ConfigMap', 'ServiceAccount'],
  *find({ view }) {
    for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'] as const) {
      for (const workload of view.all(kind)) {
        if (workload.deletedAt !== null || ('replicas' in workload && workload.replicas === 0)) continue
        const blames = referencesOf(workload.template.spec).flatMap(
          (reference) => missing(view, workload, reference) ?? [],
        )
        const all = unique([...blames, ...missingAccount(view, workload)])
        if (all.length > 0) yield found(workload, all)
      }
    }
  },
}

function missing(
  view: ClusterView,
  { namespace }: Workload,
  { kind, name, key, isOptional }: ConfigReference,
): Blame | null {
  if (isOptional || view.freshness(kind, namespace).state !== 'fresh') return null
  const object = { kind, namespace, name }
  const found = view.get(kind, namespace, name)
  if (!found) {
    return { object, because: 'it does not exist, and a template names it', strength: 'direct', ...ofMissing(object) }
  }
  if (key === null || key === '' || Object.hasOwn(found.keys, key)) return null
  const because = `it has no key ${key}, which a template names`
  return { object, because, strength: 'direct', ...ofMissingKey(object, key) }
}

/** Every namespace is given the account `default`. */
function missingAccount(view: ClusterView, { namespace, template }: Workload): readonly Blame[] {
  const name = template.spec.serviceAccount
  if (name === 'default' || view.freshness('ServiceAccount').state !== 'fresh') return []
  if (view.get('ServiceAccount', namespace, name)) return []
  const object = { kind: 'ServiceAccount', namespace, name }
  const because = 'it does not exist, and a template names it'
  return [{ object, because, strength: 'direct', ...ofMissing(object) }]
}

/** Several containers may name the same. */
const unique = (blames: readonly Blame[]): readonly Blame[] => [
  ...new Map(blames.map((blame) => [`${referenceText(blame.object)} ${blame.because}`, blame])).values(),
]

function found(workload: Workload, blames: readonly Blame[]): Finding {
  return {
    rule: 'config-missing',
    severity: 'warning',
    object: referenceTo(workload),
    uid: workload.uid,
    part: '',
    reason: 'MissingReference',
    summary: `Its template names what is not there: ${blames.map(({ object, because }) => `${object.kind} ${object.name} (${because})`).join(', ')}.`,
    evidence: blames.flatMap(({ evidence = [] }) => evidence),
    remedies: [describe(workload)],
    blames,
    involves: [],
    since: null,
  }
}
