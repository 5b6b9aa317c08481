import { containerOf, type ClusterView, type Pod, type Reference } from '@akashic/kubernetes'
import { podEvents } from '../analyse/events.ts'
import { classifyPull, type PullProblem } from '../analyse/pod/classify-pull.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'

export type PullCause =
  'name' | 'tag' | 'name_or_tag' | 'name_or_auth' | 'auth' | 'network' | 'rate_limit' | 'pull_policy' | 'unknown'

/** An image that keeps a rollout from going on. */
export interface FailedPull {
  readonly container: string
  readonly image: string
  readonly cause: PullCause
  /** Half a sentence: what it is, and what has to be right. */
  readonly says: string
}

/** Why images of a workload cannot be had, by its findings: one for each container. */
export function failedPulls(view: ClusterView, findings: readonly GroupedFinding[]): readonly FailedPull[] {
  return findings
    .filter(({ rule }) => rule === 'pod-image-pull')
    .flatMap(({ affected, part, reason }) => {
      const pod = podOf(view, affected[0])
      return pod ? [failedPull(view, pod, part, reason)] : []
    })
}

function podOf(view: ClusterView, reference: Reference | undefined): Pod | undefined {
  const found = reference && view.find(reference)
  return found?.kind === 'Pod' ? found : undefined
}

function failedPull(view: ClusterView, pod: Pod, container: string, reason: string): FailedPull {
  const status = pod.statuses.find(({ name }) => name === container)
  const image = containerOf(pod, container)?.image ?? status?.image ?? ''
  const events = podEvents(view, pod, ['Failed', 'FailedToRetrieveImagePullSecret'], container)
  const texts = [status?.now?.message ?? '', ...events.map(({ message }) => message)]
  const cause = causeOf(classifyPull(reason, texts, image).kind, texts.join('\n'), () => isRunSomewhere(view, image))
  return { container, image, cause, says: saysOf(cause, reason, image) }
}

const noRepository = /name[ _]unknown|repository [^\n]*(does not exist|not found)/i
const noTag = /manifest[ _]unknown|manifest for [^\n]* not found/i
const causes: Readonly<Record<Exclude<PullProblem['kind'], 'not_found'>, PullCause>> = {
  ...{ invalid_name: 'name', never_pulled: 'pull_policy', unauthorized: 'auth' },
  not_found_or_private: 'name_or_auth',
  ...{ unreachable: 'network', rate_limited: 'rate_limit', unknown: 'unknown' },
}

/** Registries that say which of the two is missing are believed; containerd says `not found` of either. */
function causeOf(kind: PullProblem['kind'], said: string, isKnown: () => boolean): PullCause {
  if (kind !== 'not_found') return causes[kind]
  if (noTag.test(said)) return 'tag'
  if (noRepository.test(said)) return 'name'
  return isKnown() ? 'tag' : 'name_or_tag'
}

/** Whether another image of its repository runs in the cluster: then the repository is there. */
function isRunSomewhere(view: ClusterView, image: string): boolean {
  const { repository } = partsOf(image)
  for (const pod of view.all('Pod')) {
    for (const { name, now, image: run } of pod.statuses) {
      if (now?.state !== 'running') continue
      if (partsOf(containerOf(pod, name)?.image ?? run).repository === repository) return true
    }
  }
  return false
}

/** `host:5000/a/b:tag@sha256:...` in parts; source: the grammar of distribution/reference. */
export function partsOf(image: string): {
  readonly registry: string
  readonly repository: string
  readonly version: string
} {
  const [, repository = image, version = ''] = /^(.+?)(:[\w.-]+(?:@.+)?|@.+)?$/.exec(image) ?? []
  const first = image.includes('/') ? image.split('/')[0]! : ''
  return { registry: /[.:]|^localhost$/.test(first) ? first : 'docker.io', repository, version }
}

function saysOf(cause: PullCause, reason: string, image: string): string {
  const { registry, repository, version } = partsOf(image)
  switch (cause) {
    case 'name':
      return reason === 'InvalidImageName'
        ? 'this is no valid name of an image'
        : `the registry ${registry} has no repository ${repository}`
    case 'tag':
      return `the repository is there, and has no ${version === '' ? 'tag latest' : version.replace(/^:/, 'tag ').replace(/^@/, 'digest ')}`
    case 'name_or_tag':
      return `the registry ${registry} has no such image: the name or the tag is wrong`
    case 'name_or_auth':
      return `the registry ${registry} has no such image, or keeps it private: the name is wrong, or the pull secret is missing, wrong, or has no right to it`
    case 'auth':
      return `the registry ${registry} refuses us: the pull secret is missing, wrong, or has no right to it`
    case 'network':
      return `the registry ${registry} cannot be reached from the node`
    case 'rate_limit':
      return `the registry ${registry} limits how often it may be asked`
    case 'pull_policy':
      return 'the node does not have it, and the pull policy forbids to fetch it'
    case 'unknown':
      return 'the runtime does not say why'
  }
}
