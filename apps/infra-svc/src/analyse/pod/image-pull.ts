import {
  containerOf,
  referenceTo,
  type ClusterView,
  type ContainerStatus,
  type KubeEvent,
  type Pod,
  type Reference,
} from '@akashic/kubernetes'
import type { Blame, Evidence, Finding, Remedy } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { podEvents } from '../events.ts'
import { topOwner } from '../owner.ts'
import { fromMirror, makePullSecret, namePullSecret, otherImage, pullIt } from '../../remedy/image.ts'
import { absence, eventQuote, fieldQuote, runPath } from '../quote.ts'
import { lookAt, target } from '../remedies.ts'
import { containerQuote, templateQuote } from '../template-quote.ts'
import { givenBy } from './given-by.ts'
import { classifyPull, type PullProblem } from './classify-pull.ts'

const reasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'ImageInspectError',
  'SignatureValidationFailed',
])

/** An image that cannot be brought to the node, with why: a wrong name or tag, no right to it, a registry that is away
 *  or limits us. */
export const imagePull: Analyser = {
  rules: ['pod-image-pull'],
  needs: ['Pod', 'Event'],
  *find({ view }) {
    for (const pod of view.all('Pod')) {
      if (pod.deletedAt !== null) continue
      for (const status of pod.statuses) {
        if (status.now?.state === 'waiting' && reasons.has(status.now.reason)) yield found(view, pod, status)
      }
    }
  },
}

function found(view: ClusterView, pod: Pod, status: ContainerStatus): Finding {
  const { reason, message } = status.now!
  const image = containerOf(pod, status.name)?.image ?? status.image
  const events = podEvents(view, pod, ['Failed', 'FailedToRetrieveImagePullSecret'], status.name)
  const texts = [message, ...events.map((event) => event.message)]
  const problem = classifyPull(reason, texts, image)
  const waiting = runPath(status, status.now!)
  const evidence: Evidence[] = [
    fieldQuote(pod, `${waiting}.reason`, reason),
    ...(message === '' ? [] : [fieldQuote(pod, `${waiting}.message`, message)]),
    fieldQuote(pod, `spec.containers[${status.name}].image`, image),
    ...events.slice(0, 3).map(eventQuote),
  ]
  const owner = topOwner(view, pod)
  return {
    rule: 'pod-image-pull',
    severity: 'critical',
    object: referenceTo(pod),
    uid: pod.uid,
    part: status.name,
    reason,
    summary: `Container ${status.name} cannot get its image ${image}: ${problem.says}.`,
    evidence,
    remedies: [history(owner)],
    blames: blamesFor(view, pod, status.name, image, problem, events),
    involves: [],
    since: pod.startedAt ?? pod.createdAt,
  }
}

function blamesFor(
  view: ClusterView,
  pod: Pod,
  container: string,
  image: string,
  problem: PullProblem,
  events: readonly KubeEvent[],
): readonly Blame[] {
  const owner = topOwner(view, pod)
  switch (problem.kind) {
    case 'not_found':
    case 'invalid_name':
    case 'never_pulled':
      return givenBy(view, pod, owner, {
        ...{ container, has: (each) => each.image === image },
        own: {
          ...ofImage(view, owner, container),
          remedies:
            problem.kind === 'never_pulled'
              ? pullIt(view, owner, container)
              : otherImage(view, owner, container, image),
        },
      }).blamed.map((each) => ({
        ...each,
        because: `its container ${container} asks for ${image}: ${problem.says}`,
      }))
    case 'unauthorized':
      return secretsToBlame({ view, pod, owner, container, image }, pullSecrets(view, pod, events))
    case 'not_found_or_private':
      return nameToBlame({ view, pod, owner, container, image }, pullSecrets(view, pod, events))
    case 'unreachable':
    case 'rate_limited':
      return [
        {
          ...{ object: registryOf(image), because: problem.says, strength: 'direct' },
          remedies: problem.kind === 'unreachable' ? fromMirror(view, owner, container) : namePullSecret(view, owner),
        },
      ]
    case 'unknown':
      return []
  }
}

/** A container whose image the registry does not give. */
interface Pull {
  readonly view: ClusterView
  readonly pod: Pod
  readonly owner: Reference
  readonly container: string
  readonly image: string
}

const secretIn =
  ({ namespace }: Pod) =>
  (name: string): Reference => ({ kind: 'Secret', namespace, name })

interface PullSecrets {
  readonly named: readonly string[]
  readonly missing: readonly string[]
}

function pullSecrets(view: ClusterView, pod: Pod, events: readonly KubeEvent[]): PullSecrets {
  const account = view.get('ServiceAccount', pod.namespace, pod.spec.serviceAccount)
  const named = [...new Set([...pod.spec.imagePullSecrets, ...(account?.imagePullSecrets ?? [])])]
  const missing = named.filter((name) =>
    view.freshness('Secret', pod.namespace).state === 'unknown'
      ? events.some(
          ({ reason, message }) => reason === 'FailedToRetrieveImagePullSecret' && namesIn(message).includes(name),
        )
      : view.get('Secret', pod.namespace, name) === undefined,
  )
  return { named, missing }
}

/** The workload, which names both the image and its pull secrets. That one of those is at fault only fits; where one is
 *  missing, that the name is wrong only fits too. */
function nameToBlame({ view, pod, owner, container, image }: Pull, { named, missing }: PullSecrets): readonly Blame[] {
  const registry = registryOf(image).name
  const inNamespace = secretIn(pod)
  const made = missing.map((name) => makePullSecret(inNamespace(name), registry))
  const workload: Blame = {
    object: owner,
    because: `its container ${container} asks for ${image}, and ${registry} has no such name or keeps it private`,
    strength: missing.length > 0 ? 'inferred' : 'direct',
    ...ofImage(view, owner, container),
    remedies: [
      ...otherImage(view, owner, container, image),
      ...(missing.length > 0 ? made : namePullSecret(view, owner)),
    ],
  }
  const secrets = named.map((name): Blame => {
    const object = inNamespace(name)
    return missing.includes(name)
      ? {
          ...{ object, strength: 'inferred', remedies: [makePullSecret(object, registry)] },
          because: `it is named as a pull secret and does not exist; ${image} may be private`,
          evidence: [absence(object, 'it does not exist')],
        }
      : {
          ...{ object, strength: 'inferred', remedies: namePullSecret(view, owner) },
          because: `if ${image} exists, it is private, and this pull secret does not open it`,
        }
  })
  return [workload, ...secrets]
}

/** The pull secret that is named and missing; else the workload, which names none that opens the registry. */
function secretsToBlame(
  { view, pod, owner, container, image }: Pull,
  { named, missing }: PullSecrets,
): readonly Blame[] {
  const registry = registryOf(image).name
  const inNamespace = secretIn(pod)
  if (missing.length > 0) {
    return missing.map(inNamespace).map((object) => ({
      object,
      because: `it is named as a pull secret and does not exist, and the registry refuses ${image} without it`,
      strength: 'direct',
      evidence: [absence(object, 'it does not exist')],
      remedies: [makePullSecret(object, registry)],
    }))
  }
  if (named.length === 0) {
    const because = `it names no pull secret, and the registry refuses the image ${image} of its container ${container}`
    const evidence = [
      ...templateQuote(view, owner, 'imagePullSecrets', ({ imagePullSecrets }) => imagePullSecrets),
      ...ofImage(view, owner, container).evidence,
    ]
    return [{ object: owner, because, strength: 'direct', evidence, remedies: namePullSecret(view, owner) }]
  }
  const unfit = named.flatMap((name) => view.get('Secret', pod.namespace, name) ?? [])
  if (
    unfit.length === named.length &&
    unfit.every(({ registries }) => !registries.some((url) => url.includes(registry)))
  ) {
    return unfit.map(({ name, type }) => ({
      object: inNamespace(name),
      because: `it is named as a pull secret, and as it is (type ${type}) it holds no credentials for ${registry}, which refuses ${image}`,
      strength: 'direct',
      evidence: [fieldQuote(inNamespace(name), 'type', type)],
      remedies: namePullSecret(view, owner),
    }))
  }
  return named.map((name) => ({
    object: inNamespace(name),
    because: `the registry refuses ${image} with the credentials of this pull secret`,
    strength: 'inferred',
  }))
}

/** The kubelet names those that it did not get: `Unable to retrieve some image pull secrets (a, b); …`. */
const namesIn = (message: string): readonly string[] => /\(([^)]*)\)/.exec(message)?.[1]?.split(/,\s*/) ?? []

/** A registry is no object of the cluster; it is named by its host. */
function registryOf(image: string): Blame['object'] {
  const [first = ''] = image.split('/')
  const host = image.includes('/') && /[.:]|^localhost$/.test(first) ? first : 'docker.io'
  return { kind: 'Registry', namespace: '', name: host }
}

const ofImage = (view: ClusterView, owner: Reference, container: string) => ({
  evidence: containerQuote(view, owner, container, 'image', ({ image }) => image),
})

const history = (owner: Reference): Remedy =>
  lookAt('See which image each revision asked for', `kubectl rollout history ${target(owner)}`)
