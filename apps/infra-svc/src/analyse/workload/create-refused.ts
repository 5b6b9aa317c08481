import {
  conditionOf,
  referenceTo,
  type ClusterView,
  type Reference,
  type Resource,
  type WebhookConfiguration,
} from '@akashic/kubernetes'
import type { Blame, Finding, Remedy } from '../../finding/finding.ts'
import { ofConfiguration } from '../../remedy/webhook.ts'
import type { Analyser } from '../analyser.ts'
import { eventsWith } from '../events.ts'
import { topOwner } from '../owner.ts'
import { eventQuote, fieldQuote } from '../quote.ts'
import {
  ofQuota,
  ofRange,
  ofRefusedTemplate,
  ofSecurityStandard,
  ofUnsaidResources,
  withoutRuntime,
} from '../../remedy/admission.ts'
import { ofMissing } from '../../remedy/configuration.ts'
import { describe } from '../remedies.ts'

const recentMs = 20 * 60_000

/** Pods that are never made, as the API server refuses them: a quota, a limit, a security standard, a webhook, a missing
 *  service account. */
export const createRefused: Analyser = {
  rules: ['workload-create-refused'],
  needs: ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Event'],
  *find({ view, now }) {
    for (const kind of ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'] as const) {
      for (const maker of view.all(kind)) {
        if (maker.deletedAt !== null || isWhole(view, maker)) continue
        const condition = 'conditions' in maker ? conditionOf(maker, 'ReplicaFailure') : undefined
        const isRefused = condition?.status === 'True'
        const madeLast = Math.max(...podsMadeBy(view, maker).map(({ createdAt }) => createdAt ?? 0))
        const [event] = eventsWith(view, maker, ['FailedCreate']).filter(
          ({ lastAt }) => lastAt === null || (now - lastAt < recentMs && (isRefused || lastAt >= madeLast)),
        )
        // The condition keeps saying what was refused first.
        const message = event?.message ?? (isRefused ? condition.message : undefined)
        if (message !== undefined) yield found(view, maker, message, condition?.since ?? event?.firstAt ?? null, event)
      }
    }
  },
}

const podsMadeBy = (view: ClusterView, { uid }: Resource): readonly Resource[] =>
  view.ownedBy(uid).filter(({ kind }) => kind === 'Pod')

function isWhole(view: ClusterView, maker: Resource): boolean {
  switch (maker.kind) {
    case 'ReplicaSet':
    case 'StatefulSet':
      return maker.replicas === 0 || maker.currentReplicas >= maker.replicas
    case 'DaemonSet':
      return maker.replicas === 0 ? maker.observedGeneration > 0 : podsMadeBy(view, maker).length >= maker.replicas
    case 'Job':
      return (
        maker.isSuspended ||
        maker.completedAt !== null ||
        conditionOf(maker, 'Failed')?.status === 'True' ||
        maker.active >= Math.min(maker.parallelism, Math.max(1, maker.completions - maker.succeeded))
      )
    default:
      return true
  }
}

function found(
  view: ClusterView,
  maker: Resource,
  message: string,
  since: number | null,
  event: Parameters<typeof eventQuote>[0] | undefined,
): Finding {
  const owner = topOwner(view, maker)
  const refusal = refusalOf({ view, namespace: maker.namespace, owner }, message)
  return {
    rule: 'workload-create-refused',
    severity: 'critical',
    object: owner,
    uid: maker.uid,
    part: '',
    reason: 'FailedCreate',
    summary: `Its pods are not made: ${refusal.says}.`,
    evidence: [
      event ? eventQuote(event) : fieldQuote(maker, 'status.conditions[ReplicaFailure]', message, since),
      ...refusal.evidence,
    ],
    remedies: [describe(owner)],
    blames: refusal.blames,
    involves: refusal.involves,
    since,
  }
}

interface Refusal {
  readonly says: string
  readonly blames: readonly Blame[]
  readonly involves: readonly Reference[]
  readonly evidence: Finding['evidence']
}

/** What is refused by whom, in the words of the admission plugins of Kubernetes. The first that fits counts. */
const wordings: readonly (readonly [RegExp, (given: Given, said: readonly string[]) => Partial<Refusal>])[] = [
  [
    /exceeded quota: ([^,\s]+), requested: (.+?), used: (.+?), limited: (.+)$/s,
    ({ view, namespace }, [name = '', requested = '', used = '', limited = '']) => {
      const quota = { kind: 'ResourceQuota', namespace, name }
      const because = `of it ${used} is used and ${limited} allowed, and a pod asks for ${requested}`
      const blames = direct(quota, because, ofQuota(view, quota, { requested, used }))
      return { says: `the quota ${name} is used up`, blames }
    },
  ],
  [
    /failed quota: ([^:\s]+): must specify (.+)$/s,
    ({ view, owner }, [quota, missing = '']) => ({
      says: `the quota ${quota} wants it to say ${missing}`,
      blames: direct(
        owner,
        `its containers do not say ${missing}, which ResourceQuota ${quota} requires`,
        ofUnsaidResources(view, owner, missing),
      ),
    }),
  ],
  [
    /violates PodSecurity "([^"]+)": (.+)$/s,
    ({ view, namespace, owner }, [standard, how]) => ({
      says: `it violates the security standard ${standard}`,
      blames: direct(
        owner,
        `its template violates the standard ${standard} of the namespace: ${how}`,
        ofSecurityStandard(view, owner, how ?? ''),
      ),
      evidence: levelOf(view, namespace),
    }),
  ],
  [
    /failed calling webhook "([^"]+)".*(x509: certificate signed by unknown authority.*)$/s,
    ({ view }, [webhook = '', why]) => ({
      says: `the certificate of the webhook ${webhook} is not trusted`,
      blames: configurationsOf(view, webhook).flatMap((configuration) =>
        direct(
          referenceTo(configuration),
          `its caBundle does not fit the certificate that ${webhook} shows: ${why}`,
          ofConfiguration(configuration),
        ),
      ),
    }),
  ],
  [
    /failed calling webhook "([^"]+)"/,
    ({ view }, [webhook = '']) => ({
      says: `the webhook ${webhook} cannot be asked`,
      involves: webhooksNamed(view, webhook),
    }),
  ],
  [
    /admission webhook "([^"]+)" denied the request: (.+)$/s,
    ({ view, owner }, [webhook, why]) => ({
      says: `the webhook ${webhook} refuses it`,
      blames: direct(owner, `the webhook ${webhook} refuses its pods: ${why}`, ofRefusedTemplate(view, owner)),
    }),
  ],
  [
    /ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request: (.+)$/s,
    ({ view, owner }, [policy, why]) => ({
      says: `the admission policy ${policy} refuses it`,
      blames: direct(
        owner,
        `the ValidatingAdmissionPolicy ${policy} refuses its pods: ${why}`,
        ofRefusedTemplate(view, owner),
      ),
    }),
  ],
  [
    /serviceaccount "([^"]+)" not found/,
    ({ namespace }, [name = '']) => ({
      says: `the service account ${name} does not exist`,
      blames: missing({ kind: 'ServiceAccount', namespace, name }, 'a workload runs as it'),
    }),
  ],
  [
    /no PriorityClass with name (\S+) was found/,
    (_, [name = '']) => ({
      says: `the priority class ${name} does not exist`,
      blames: missing({ kind: 'PriorityClass', namespace: '', name }, 'a workload asks for it'),
    }),
  ],
  [
    /RuntimeClass "([^"]+)" not found/,
    ({ view, owner }, [name = '']) => ({
      says: `the runtime class ${name} does not exist`,
      blames: missing(
        { kind: 'RuntimeClass', namespace: '', name },
        'a workload asks for it',
        withoutRuntime(view, owner),
      ),
    }),
  ],
  [
    /((?:(?:minimum|maximum) \S+ usage|\S+ max limit to request ratio) per (?:Container|Pod) is .+)$/s,
    ({ view, namespace, owner }, [rule]) => ({
      says: `a limit range forbids it: ${rule}`,
      blames: direct(
        owner,
        `what it asks for is outside the namespace's LimitRange: ${rule}`,
        ofRange(view, owner, rule ?? ''),
      ),
      involves: [...view.inNamespace('LimitRange', namespace)].map(({ kind, name }) => ({ kind, namespace, name })),
    }),
  ],
]

interface Given {
  readonly view: ClusterView
  readonly namespace: string
  readonly owner: Reference
}

const direct = (object: Reference, because: string, own: Pick<Blame, 'evidence' | 'remedies'>): readonly Blame[] => [
  { object, because, strength: 'direct', ...own },
]

function missing(object: Reference, why: string, more: readonly Remedy[] = []): readonly Blame[] {
  const { evidence, remedies = [] } = ofMissing(object)
  return direct(object, `it does not exist, and ${why}`, {
    ...(evidence && { evidence }),
    remedies: [...remedies, ...more],
  })
}

function refusalOf(given: Given, message: string): Refusal {
  const unknown: Refusal = { says: message, blames: [], involves: [], evidence: [] }
  for (const [wording, refusal] of wordings) {
    const [, ...said] = wording.exec(message) ?? []
    if (said.length > 0)
      return {
        ...unknown,
        ...refusal(
          given,
          said.map((each) => each.trim()),
        ),
      }
  }
  return unknown
}

function levelOf(view: ClusterView, namespace: string): Finding['evidence'] {
  const label = 'pod-security.kubernetes.io/enforce'
  const found = view.get('Namespace', '', namespace)
  const level = found?.labels[label]
  return found && level ? [fieldQuote(found, `metadata.labels[${label}]`, level)] : []
}

/** Both kinds of configurations, by the name of a webhook in them. */
function configurationsOf(view: ClusterView, name: string): readonly WebhookConfiguration[] {
  return (['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const).flatMap((kind) =>
    [...view.all(kind)].filter(({ webhooks }) => webhooks.some((each) => each.name === name)),
  )
}

const webhooksNamed = (view: ClusterView, name: string): readonly Reference[] =>
  configurationsOf(view, name).map(referenceTo)
