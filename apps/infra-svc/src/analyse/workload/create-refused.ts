import { conditionOf, referenceTo, type ClusterView, type Reference, type Resource } from '@akashic/kubernetes'
import type { Blame, Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { eventsWith } from '../events.ts'
import { topOwner } from '../owner.ts'
import { eventQuote, fieldQuote } from '../quote.ts'
import { describe, edit } from '../remedies.ts'

const recentMs = 20 * 60_000

/** Pods that are never made, as the API server refuses them: a quota, a limit, a security standard, a webhook, a missing
 *  service account. */
export const createRefused: Analyser = {
  rules: ['workload-create-refused'],
  needs: ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Event'],
  *find({ view, now }) {
    for (const kind of ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'] as const) {
      for (const maker of view.all(kind)) {
        if (isWhole(maker)) continue
        const condition = 'conditions' in maker ? conditionOf(maker, 'ReplicaFailure') : undefined
        const [event] = eventsWith(view, maker, ['FailedCreate']).filter(
          ({ lastAt }) => lastAt === null || now - lastAt < recentMs,
        )
        const message = condition?.status === 'True' ? condition.message : event?.message
        if (message !== undefined) yield found(view, maker, message, condition?.since ?? event?.firstAt ?? null, event)
      }
    }
  },
}

function isWhole(maker: Resource): boolean {
  switch (maker.kind) {
    case 'ReplicaSet':
    case 'StatefulSet':
      return maker.replicas === 0 || maker.currentReplicas >= maker.replicas
    case 'DaemonSet':
      return maker.replicas > 0 && maker.availableReplicas >= maker.replicas
    case 'Job':
      return maker.completedAt !== null || maker.active > 0 || maker.isSuspended
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
  const refusal = refusalOf(view, maker.namespace, owner, message)
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
    remedies: [
      describe(owner),
      ...refusal.blames.map(({ object }) =>
        edit(object, `Mend ${object.kind} ${object.name}`, 'what pods may be made'),
      ),
    ],
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

function refusalOf(view: ClusterView, namespace: string, owner: Reference, message: string): Refusal {
  const direct = (object: Reference, because: string): readonly Blame[] => [{ object, because, strength: 'direct' }]
  const quota = /exceeded quota: ([^,\s]+), requested: (.+?), used: (.+?), limited: (.+)$/.exec(message)
  if (quota) {
    const object = { kind: 'ResourceQuota', namespace, name: quota[1]! }
    const because = `of it ${quota[3]!} is used and ${quota[4]!} allowed, and a pod asks for ${quota[2]!}`
    return { says: `the quota ${quota[1]!} is used up`, blames: direct(object, because), involves: [], evidence: [] }
  }
  const missing = /failed quota: ([^:\s]+): must specify (.+)$/.exec(message)
  if (missing) {
    return {
      says: `the quota ${missing[1]!} wants it to say ${missing[2]!}`,
      blames: direct(owner, `its containers do not say ${missing[2]!}, which ResourceQuota ${missing[1]!} requires`),
      involves: [],
      evidence: [],
    }
  }
  const standard = /violates PodSecurity "([^"]+)": (.+)$/.exec(message)
  if (standard) {
    const found = view.get('Namespace', '', namespace)
    const level = found?.labels['pod-security.kubernetes.io/enforce']
    const evidence =
      found && level ? [fieldQuote(found, 'metadata.labels[pod-security.kubernetes.io/enforce]', level)] : []
    return {
      says: `it violates the security standard ${standard[1]!}`,
      blames: direct(owner, `its template violates the standard ${standard[1]!} of the namespace: ${standard[2]!}`),
      involves: [],
      evidence,
    }
  }
  const webhook = /failed calling webhook "([^"]+)"/.exec(message)
  if (webhook)
    return {
      says: `the webhook ${webhook[1]!} cannot be asked`,
      blames: [],
      involves: webhooksNamed(view, webhook[1]!),
      evidence: [],
    }
  const denied = /admission webhook "([^"]+)" denied the request: (.+)$/.exec(message)
  if (denied)
    return {
      says: `the webhook ${denied[1]!} refuses it`,
      blames: direct(owner, `the webhook ${denied[1]!} refuses its pods: ${denied[2]!}`),
      involves: [],
      evidence: [],
    }
  const account = /serviceaccount "([^"]+)" not found/.exec(message)
  if (account)
    return {
      says: `the service account ${account[1]!} does not exist`,
      blames: direct(
        { kind: 'ServiceAccount', namespace, name: account[1]! },
        'it does not exist, and a workload runs as it',
      ),
      involves: [],
      evidence: [],
    }
  const priority = /no PriorityClass with name (\S+) was found/.exec(message)
  if (priority)
    return {
      says: `the priority class ${priority[1]!} does not exist`,
      blames: direct(
        { kind: 'PriorityClass', namespace: '', name: priority[1]! },
        'it does not exist, and a workload asks for it',
      ),
      involves: [],
      evidence: [],
    }
  const limit = /(?:minimum|maximum) (\S+) usage per (?:Container|Pod) is .+$/.exec(message)
  if (limit)
    return {
      says: `a limit range forbids it: ${limit[0]}`,
      blames: direct(owner, `what it asks for is outside the namespace's LimitRange: ${limit[0]}`),
      involves: [...view.inNamespace('LimitRange', namespace)].map(({ kind, name }) => ({ kind, namespace, name })),
      evidence: [],
    }
  return { says: message, blames: [], involves: [], evidence: [] }
}

/** Both kinds of configurations, by the name of a webhook in them. */
function webhooksNamed(view: ClusterView, name: string): readonly Reference[] {
  return (['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const).flatMap((kind) =>
    [...view.all(kind)].filter(({ webhooks }) => webhooks.some((each) => each.name === name)).map(referenceTo),
  )
}
