import {
  conditionOf,
  isReady,
  isSame,
  referencesOf,
  referenceText,
  type ClusterView,
  type Pod,
  type Reference,
  type ReplicaSet,
} from '@akashic/kubernetes'
import { fieldQuote } from '../../analyse/quote.ts'
import { undoRollout } from '../../analyse/remedies.ts'
import { containerQuote, keyQuote, variableQuote } from '../../analyse/template-quote.ts'
import { isRestart, type Change, type FieldChange } from '../../change/change.ts'
import type { Evidence } from '../../finding/finding.ts'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import { putBack } from '../../remedy/configuration.ts'
import { restart } from '../../remedy/template.ts'
import type { OpenCase } from '../case.ts'
import { onsetOf } from '../onset.ts'
import type { Link, LinkRule, Suspect } from './link.ts'
import { namesAnother, saysOtherwise } from './says-otherwise.ts'

/** How long before the first symptom a change is still looked at, ms. */
export const windowMs = 2 * 3_600_000
/** The cluster's times are whole seconds, and those of two machines. */
const slackMs = 5_000

/** What a change can bring about in the processes that use the changed object. */
const ofProcesses = new Set([
  'pod-crash-loop',
  'pod-restarting',
  'pod-not-ready',
  'pod-probe-failing',
  'pod-out-of-memory',
  'deployment-unavailable',
  'deployment-stuck',
  'statefulset-unavailable',
  'statefulset-stuck',
  'daemonset-unavailable',
])

/** The process began to fail when its template, or a ConfigMap or Secret that it uses, was changed. */
export const changed: LinkRule = function* (open, finding) {
  if (!ofProcesses.has(finding.rule) || finding.blames.some(({ strength }) => strength === 'direct')) return
  const onset = onsetOf(open, finding)
  if (onset === null) return
  const pods = open.podsOf(finding)
  if (pods.length > 0 && pods.every((pod) => isNodeAway(open.view, pod))) return
  for (const change of [...open.changesOf(finding.object), ...ofConfiguration(open, pods)]) {
    if (change.at > onset + slackMs || change.at < onset - windowMs) continue
    const link =
      change.kind === 'rollout' && isSame(change.object, finding.object)
        ? ofRollout(open, finding, pods, change)
        : change.kind === 'configuration' || change.kind === 'secret'
          ? ofContents(open, finding, pods, change)
          : null
    if (link) yield link
  }
}

function ofConfiguration(open: OpenCase, pods: readonly Pod[]): readonly Change[] {
  const used = new Map<string, Reference>()
  for (const { namespace, spec } of pods) {
    for (const { kind, name } of referencesOf(spec)) used.set(`${kind} ${namespace}/${name}`, { kind, namespace, name })
  }
  return [...used.values()].flatMap((reference) => open.changesOf(reference))
}

/** Every pod that fails is of the new revision; where pods of the old one still serve, the difference is the reason. */
function ofRollout(open: OpenCase, finding: GroupedFinding, pods: readonly Pod[], change: Change): Link | null {
  const fields = change.fields.filter((field) => !isRestart(field))
  const newest = pods.filter((pod) => isOfNewest(open.view, pod, finding.object))
  if (fields.length === 0 || pods.length === 0 || newest.length < pods.length) return null
  const old = olderPods(open.view, finding.object, newest).filter(isReady)
  const corroboration = old.length > 0 ? [`${old.length} pods of the revision before it are ready`] : []
  const differences = fields.map(({ path, before, after }) => `${path}: ${before ?? 'absent'} -> ${after ?? 'absent'}`)
  const otherwise = saysOtherwise(open, finding, change) ?? namesAnother(open, finding, change)
  return suspect('rollout', `it was rolled out ${ago(open, change)}`, {
    object: change.object,
    because: `its last rollout changed ${differences.slice(0, 3).join('; ')}, and the pods of that revision fail`,
    strength: otherwise ? 'inferred' : 'direct',
    evidence: [...ofTemplate(open.view, change.object, fields), quoteOf(change)],
    remedies: undoRollout(open.view, change.object),
    corroboration,
  })
}

/** The pods used the object before it was changed, and fail since; the more workloads do, the less is it chance. */
function ofContents(open: OpenCase, finding: GroupedFinding, pods: readonly Pod[], change: Change): Link | null {
  if (!wasRead(pods, change)) return null
  const others = open.findings.filter(
    (other) =>
      other.rule === finding.rule &&
      other.id !== finding.id &&
      open.podsOf(other).some((pod) => uses(pod, change.object)),
  )
  const wasHealthy = pods.some(({ createdAt }) => createdAt !== null && createdAt + slackMs < change.at)
  const corroboration = [
    ...(others.length > 0 ? [`${others.length + 1} workloads that use it fail alike`] : []),
    ...(wasHealthy || revisionIsOlder(open, finding.object, change)
      ? ['what uses it was there before the change']
      : []),
  ]
  const otherwise = saysOtherwise(open, finding, change) ?? namesAnother(open, finding, change)
  const keys = change.fields.flatMap(({ path }) => (path.startsWith('data.') ? path.slice(5) : []))
  return suspect('configuration', `it uses ${referenceText(change.object)}, which was changed ${ago(open, change)}`, {
    object: change.object,
    because: `it was changed${keysOf(change)}, and what uses it fails since`,
    strength: corroboration.length > 0 && !otherwise ? 'direct' : 'inferred',
    evidence: [...keys.flatMap((key) => keyQuote(open.view, change.object, key)), quoteOf(change)],
    remedies: [...putBack(open.view, change.object, keys), ...restart(finding.object)],
    corroboration,
  })
}

const most = 3

/** The fields of a template that a rollout changed, as they are now; and which revision it is. */
function ofTemplate(view: ClusterView, workload: Reference, fields: readonly FieldChange[]): readonly Evidence[] {
  const changedNow = fields.slice(0, most).flatMap(({ path }) => {
    const [, container = '', variable, image] = /^containers\[([^\]]+)\]\.(?:env\[([^\]]+)\]|(image))$/.exec(path) ?? []
    if (variable !== undefined) return variableQuote(view, workload, container, variable)
    return image === undefined ? [] : containerQuote(view, workload, container, 'image', (each) => each.image)
  })
  const found = view.find(workload)
  const revision = found?.kind === 'Deployment' ? [fieldQuote(workload, revisionAt, found.revision)] : []
  return [...changedNow, ...revision]
}

const revisionAt = 'metadata.annotations[deployment.kubernetes.io/revision]'

/** What a node took with it no change brought about. */
function isNodeAway(view: ClusterView, { nodeName }: Pod): boolean {
  const node = view.get('Node', '', nodeName)
  return node !== undefined && conditionOf(node, 'Ready')?.status !== 'True'
}

const suspect = (rule: string, says: string, to: Suspect): Link => ({ rule, says, to })

/** Its template was made before the change: what runs differs only in the changed object. */
function revisionIsOlder({ view }: OpenCase, workload: Reference, { at }: Change): boolean {
  const object = view.find(workload)
  if (object?.kind !== 'Deployment') return object !== undefined && (object.createdAt ?? at) + slackMs < at
  const set = view.ownedBy(object.uid).find((owned) => owned.kind === 'ReplicaSet' && owned.revision < object.revision)
  return (object.createdAt ?? at) + slackMs < at || set !== undefined
}

function isOfNewest(view: ClusterView, pod: Pod, workload: Reference): boolean {
  const object = view.find(workload)
  if (object?.kind === 'StatefulSet') return pod.labels['controller-revision-hash'] === object.updateRevision
  if (object?.kind !== 'Deployment') return true
  const owner = pod.owners.find(({ isController }) => isController)
  const set = owner && view.get('ReplicaSet', pod.namespace, owner.name)
  return set?.revision === object.revision
}

function olderPods(view: ClusterView, workload: Reference, newest: readonly Pod[]): readonly Pod[] {
  const object = view.find(workload)
  if (object?.kind !== 'Deployment') return []
  const known = new Set(newest.map(({ uid }) => uid))
  return view
    .ownedBy(object.uid)
    .filter((owned): owned is ReplicaSet => owned.kind === 'ReplicaSet' && owned.revision !== object.revision)
    .flatMap(({ uid }) => view.ownedBy(uid))
    .filter((pod): pod is Pod => pod.kind === 'Pod' && !known.has(pod.uid))
}

/** Whether a process can have seen the change of a ConfigMap or Secret: it was started since, or has it as files. */
export const wasRead = (pods: readonly Pod[], { object, at }: Change): boolean =>
  pods.some(
    (pod) =>
      mounts(pod, object) ||
      pod.statuses.some(({ now, last }) => [now, last].some((run) => (run?.startedAt ?? 0) + slackMs >= at)),
  )

/** A file of it is new without a restart. */
const mounts = ({ spec }: Pod, object: Reference): boolean =>
  spec.volumes.some(({ references }) =>
    references.some(({ kind, name }) => kind === object.kind && name === object.name),
  )

const uses = ({ namespace, spec }: Pod, object: Reference): boolean =>
  namespace === object.namespace &&
  referencesOf(spec).some(({ kind, name }) => kind === object.kind && name === object.name)

const keysOf = ({ fields }: Change): string =>
  fields.length === 0 ? '' : ` (${fields.map(({ path }) => path.replace(/^data\./, '')).join(', ')})`

const quoteOf = ({ object, summary, at }: Change): Evidence => ({
  kind: 'change',
  object,
  where: '',
  quote: summary,
  at,
})

const ago = ({ now }: OpenCase, { at }: Change): string => `${Math.max(0, Math.round((now - at) / 60_000))} min before`
