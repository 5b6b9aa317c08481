import {
  conditionOf,
  referenceTo,
  type ClusterView,
  type KubeEvent,
  type Pod,
  type Reference,
} from '@akashic/kubernetes'
import type { Blame, Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { eventsWith } from '../events.ts'
import { eventQuote } from '../quote.ts'
import { ofMissing, ofMissingKey } from '../../remedy/configuration.ts'
import { describe } from '../remedies.ts'
import { ofAttachedElsewhere } from './attached-elsewhere.ts'

/** A pod whose volumes cannot be had, or for which no sandbox can be made. */
export const mountFailed: Analyser = {
  rules: ['pod-mount-failed', 'pod-sandbox-failed'],
  needs: ['Pod', 'Event'],
  *find({ view, now }) {
    for (const pod of view.all('Pod')) {
      if (pod.phase !== 'Pending' || pod.nodeName === '' || pod.deletedAt !== null || hasItsVolumes(pod)) continue
      const events = eventsWith(view, pod, ['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox'])
      const recent = events.filter(({ lastAt }) => lastAt === null || now - lastAt < oldMs)
      const telling = recent.find(({ message }) => blamesOf(view, pod, message).length > 0) ?? recent[0]
      if (telling) yield found(view, pod, telling)
    }
  },
}

/** The sandbox comes after the volumes, and the containers after the sandbox: what failed before is past. */
const hasItsVolumes = (pod: Pod): boolean =>
  conditionOf(pod, 'PodReadyToStartContainers')?.status === 'True' ||
  pod.statuses.some(({ now }) => now !== null && !(now.state === 'waiting' && beforeStart.has(now.reason)))

const beforeStart = new Set(['', 'ContainerCreating', 'PodInitializing'])
const oldMs = 15 * 60_000
const missing = /(configmap|secret|persistentvolumeclaim) "(?:[^"/]+\/)?([^"]+)" not found/gi
const missingKey = /volume "([^"]+)" : (?:configmap )?references non-existent (?:config|secret) key: (\S+)/
const kinds: Readonly<Record<string, string>> = {
  configmap: 'ConfigMap',
  secret: 'Secret',
  persistentvolumeclaim: 'PersistentVolumeClaim',
}

function found(view: ClusterView, pod: Pod, event: KubeEvent): Finding {
  const isSandbox = event.reason === 'FailedCreatePodSandBox'
  const claims = pod.spec.volumes.flatMap(({ claim }) =>
    claim === null ? [] : [of(pod, 'PersistentVolumeClaim', claim)],
  )
  return {
    rule: isSandbox ? 'pod-sandbox-failed' : 'pod-mount-failed',
    severity: 'critical',
    object: referenceTo(pod),
    uid: pod.uid,
    part: '',
    reason: event.reason,
    summary: isSandbox
      ? `No sandbox can be made for it: ${event.message}.`
      : `A volume of it cannot be mounted: ${event.message}.`,
    evidence: [eventQuote(event)],
    remedies: [describe(pod)],
    blames: blamesOf(view, pod, event.message),
    involves: isSandbox ? [{ kind: 'Node', namespace: '', name: pod.nodeName }] : claims,
    since: pod.startedAt ?? event.firstAt,
  }
}

const of = ({ namespace }: Pod, kind: string, name: string): Reference => ({ kind, namespace, name })

function blamesOf(view: ClusterView, pod: Pod, message: string): readonly Blame[] {
  const absent = [...message.matchAll(missing)]
  if (absent.length > 0) {
    return absent.map(([, kind, name]) => {
      const object = of(pod, kinds[kind!.toLowerCase()]!, name!)
      return { object, because: 'it does not exist, and a pod mounts it', strength: 'direct', ...ofMissing(object) }
    })
  }
  const key = missingKey.exec(message)
  const volume = pod.spec.volumes.find(({ name }) => name === key?.[1])
  const [reference] = volume?.references.filter((each) => each.key === key?.[2]) ?? []
  if (!key || !reference) return ofAttachedElsewhere(view, pod, message)
  const object = of(pod, reference.kind, reference.name)
  const because = `it has no key ${key[2]!}, which a pod mounts`
  return [{ object, because, strength: 'direct', ...ofMissingKey(object, key[2]!) }]
}
