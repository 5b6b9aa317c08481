import {
  conditionOf,
  referenceTo,
  type ClusterView,
  type Condition,
  type HorizontalPodAutoscaler,
  type Reference,
} from '@akashic/kubernetes'
import type { Blame, Evidence, Finding, Remedy } from '../../finding/finding.ts'
import { patch } from '../../remedy/command.ts'
import { nearestName } from '../../remedy/spelling.ts'
import { setResources } from '../../remedy/template.ts'
import type { Analyser } from '../analyser.ts'
import { isMissing } from '../known.ts'
import { absence, fieldQuote } from '../quote.ts'
import { describe, edit, lookAt } from '../remedies.ts'
import { containerQuote, podSpecOf } from '../template-quote.ts'

/** Autoscalers that have no target or no metrics, or that are at their maximum while their target still wants more. */
export const autoscalers: Analyser = {
  rules: ['hpa-target-missing', 'hpa-no-metrics', 'hpa-shared-target', 'hpa-at-max', 'hpa-unable'],
  needs: ['HorizontalPodAutoscaler', 'Deployment', 'APIService'],
  *find({ view }) {
    for (const hpa of view.all('HorizontalPodAutoscaler')) {
      const target = { ...hpa.target, namespace: hpa.namespace }
      if (isMissing(view, target)) {
        yield missingTarget(view, hpa, target)
        continue
      }
      const active = conditionOf(hpa, 'ScalingActive')
      if (active?.status === 'False' && active.reason === 'AmbiguousSelector') yield ambiguous(view, hpa, active)
      else if (active?.status === 'False' && active.reason !== 'ScalingDisabled')
        yield noMetrics(view, hpa, target, active.reason, active.message, active.since)
      const able = conditionOf(hpa, 'AbleToScale')
      if (able?.status === 'False' && able.reason !== 'BackoffBoth') {
        yield made(hpa, {
          rule: 'hpa-unable',
          reason: able.reason,
          severity: 'critical',
          summary: `It cannot scale: ${able.message}.`,
          evidence: [fieldQuote(hpa, 'status.conditions[AbleToScale]', `${able.reason}: ${able.message}`, able.since)],
          involves: [target],
          since: able.since,
        })
      }
      if (isAtMax(hpa)) yield atMax(hpa, target)
    }
  },
}

type Told = Pick<Finding, 'rule' | 'reason' | 'severity' | 'summary' | 'evidence' | 'involves'> & {
  readonly blames?: readonly Blame[]
  readonly since?: number | null
}

function made(hpa: HorizontalPodAutoscaler, told: Told): Finding {
  const object = referenceTo(hpa)
  const blames = told.blames ?? []
  return {
    ...{ object, uid: hpa.uid, part: '', since: null },
    ...told,
    blames,
    remedies: [describe(object)],
  }
}

const missingTarget = (view: ClusterView, hpa: HorizontalPodAutoscaler, target: Reference): Finding =>
  made(hpa, {
    ...{ rule: 'hpa-target-missing', reason: 'FailedGetScale', severity: 'critical', involves: [] },
    summary: `${target.kind} ${target.name}, which it scales, does not exist.`,
    evidence: [
      fieldQuote(hpa, 'spec.scaleTargetRef', `${target.kind}/${target.name}`),
      absence(target, 'it does not exist'),
    ],
    blames: [
      {
        object: referenceTo(hpa),
        because: `it scales ${target.kind} ${target.name}, which does not exist`,
        strength: 'direct',
        evidence: [fieldQuote(hpa, 'spec.scaleTargetRef.name', target.name)],
        remedies: retarget(view, hpa, target),
      },
    ],
  })

/** Several autoscalers want the same pods, and none of them scales: the one that came last is one too many. */
function ambiguous(view: ClusterView, hpa: HorizontalPodAutoscaler, { reason, message, since }: Condition): Finding {
  const named = [...(/multiple HPAs: \[([^\]]*)\]/.exec(message)?.[1] ?? '').matchAll(/([^\s/]+)\/([^\s/]+)/g)]
  const rivals = named.flatMap(
    ([, namespace = '', name = '']) => view.get('HorizontalPodAutoscaler', namespace, name) ?? [],
  )
  const [last] = [...new Set([hpa, ...rivals])].toSorted(
    (a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || b.name.localeCompare(a.name),
  )
  const others = [...new Set([hpa, ...rivals])].filter((each) => each !== last).map(({ name }) => name)
  return made(hpa, {
    ...{ rule: 'hpa-shared-target', reason, severity: 'critical', since },
    summary: `It does not scale: ${message}.`,
    evidence: [fieldQuote(hpa, 'status.conditions[ScalingActive]', `${reason}: ${message}`, since)],
    involves: rivals.map(referenceTo),
    blames:
      last && others.length > 0
        ? [
            {
              object: referenceTo(last),
              because: `it wants the pods that ${others.toSorted().join(', ')} scaled before it, and so none of them scales`,
              strength: 'direct',
              evidence: [fieldQuote(last, 'spec.scaleTargetRef.name', last.target.name)],
              remedies: [
                edit(last, 'Let it scale something else; or delete it, and let the other scale', 'what it scales'),
              ],
            },
          ]
        : [],
  })
}

function noMetrics(
  view: ClusterView,
  hpa: HorizontalPodAutoscaler,
  target: Reference,
  reason: string,
  message: string,
  since: number | null,
): Finding {
  const evidence: Evidence[] = [fieldQuote(hpa, 'status.conditions[ScalingActive]', `${reason}: ${message}`, since)]
  const common = {
    rule: 'hpa-no-metrics',
    reason,
    severity: 'critical' as const,
    since,
    summary: `It cannot scale, as it has no metrics: ${message}.`,
  }
  const request = /missing request for (\w+)(?: in container (\S+))?/.exec(message)
  if (request) {
    const because = `its container ${request[2] ?? ''} has no request for ${request[1]!}, of which the autoscaler would take a share`
    const blame: Blame = { object: target, because, strength: 'direct', ...unasked(view, target, request[1]!) }
    return made(hpa, { ...common, evidence, involves: [target], blames: [blame] })
  }
  const names = apisOf(hpa)
  const served = names.find((name) => view.get('APIService', '', name))
  const api = { kind: 'APIService', namespace: '', name: served ?? names[0] ?? '' }
  if (served === undefined && view.freshness('APIService').state === 'fresh') {
    const by = names[0] === ofPods ? 'metrics-server' : 'an adapter for them'
    return made(hpa, {
      ...common,
      evidence: [...evidence, absence(api, `no such API is registered: ${by} is not installed`)],
      involves: [],
      blames: [
        {
          ...{ object: api, because: 'it is not registered: nothing serves these metrics', strength: 'direct' },
          remedies: registered(by),
        },
      ],
    })
  }
  return made(hpa, { ...common, evidence, involves: [api, target] })
}

/** Every container without a request counts: the autoscaler needs those of all. */
function unasked(view: ClusterView, target: Reference, resource: string): Pick<Blame, 'evidence' | 'remedies'> {
  const containers = podSpecOf(view, target)?.containers.filter(
    ({ role, requests }) => (role === 'app' || role === 'sidecar') && requests[resource] === undefined,
  )
  const amount = resource === 'memory' ? '128Mi' : '100m'
  return {
    evidence: (containers ?? []).flatMap(({ name }) =>
      containerQuote(view, target, name, `resources.requests[${resource}]`, () => null),
    ),
    remedies: (containers ?? []).flatMap(({ name }) =>
      setResources(
        view,
        target,
        name,
        [`--requests=${resource}=${amount}`],
        `Let container ${name} ask for what it uses of ${resource}, here ${amount}`,
      ),
    ),
  }
}

const registered = (by: string): readonly Remedy[] => [
  lookAt('See which APIs are registered', 'kubectl get apiservices'),
  {
    title: `Install ${by}, as its documentation says, or what else serves these metrics`,
    command: null,
    changes: 'adds a Deployment that measures, and registers its API',
    undo: 'delete what was installed',
    isDestructive: false,
  },
]

function retarget(view: ClusterView, hpa: HorizontalPodAutoscaler, target: Reference): readonly Remedy[] {
  const object = referenceTo(hpa)
  const isRead = target.kind === 'Deployment' || target.kind === 'StatefulSet'
  const names = isRead ? [...view.inNamespace(target.kind as 'Deployment', hpa.namespace)].map(({ name }) => name) : []
  const meant = nearestName(target.name, names)
  if (meant === undefined)
    return [edit(object, `Let it scale what there is, or make ${target.kind} ${target.name}`, 'what it scales')]
  return [
    patch(object, {
      title: `Let it scale ${target.kind} ${meant}`,
      changes: 'what it scales',
      to: { spec: { scaleTargetRef: { name: meant } } },
      back: { spec: { scaleTargetRef: { name: target.name } } },
    }),
  ]
}

const ofPods = 'v1beta1.metrics.k8s.io'

/** Who serves the metrics that it asks for, by any of these names. Source: k8s.io/metrics. */
function apisOf({ metrics }: HorizontalPodAutoscaler): readonly string[] {
  if (metrics.some(({ type }) => type === 'External')) return ['v1beta1.external.metrics.k8s.io']
  const isCustom = metrics.some(({ type }) => type === 'Pods' || type === 'Object')
  return isCustom ? ['v1beta1.custom.metrics.k8s.io', 'v1beta2.custom.metrics.k8s.io'] : [ofPods]
}

/** Held at its maximum while it wants more than that. */
function isAtMax(hpa: HorizontalPodAutoscaler): boolean {
  const limited = conditionOf(hpa, 'ScalingLimited')
  if (limited?.status !== 'True' || limited.reason !== 'TooManyReplicas' || hpa.currentReplicas < hpa.maxReplicas)
    return false
  const compared = hpa.metrics.filter(
    ({ targetUtilization, currentUtilization }) => targetUtilization !== null && currentUtilization !== null,
  )
  return (
    compared.length === 0 ||
    compared.some(({ targetUtilization, currentUtilization }) => currentUtilization! > targetUtilization!)
  )
}

function atMax(hpa: HorizontalPodAutoscaler, target: Reference): Finding {
  const limited = conditionOf(hpa, 'ScalingLimited')
  const metrics = hpa.metrics.map(
    ({ name, currentUtilization, targetUtilization }) =>
      `${name} ${currentUtilization ?? 'unknown'} % of ${targetUtilization ?? 'unknown'} %`,
  )
  const finding = made(hpa, {
    ...{
      rule: 'hpa-at-max',
      reason: 'TooManyReplicas',
      severity: 'warning',
      involves: [target],
      since: limited?.since ?? null,
    },
    summary: `It is at its maximum of ${hpa.maxReplicas} replicas, and that is not enough: ${metrics.join(', ') || limited?.message || ''}.`,
    evidence: [
      fieldQuote(hpa, 'spec.maxReplicas', hpa.maxReplicas),
      fieldQuote(hpa, 'status.currentMetrics', metrics.join(', '), limited?.since ?? null),
    ],
  })
  return {
    ...finding,
    remedies: [
      ...finding.remedies,
      lookAt(
        'See what its pods wait for before you raise the maximum',
        `kubectl logs -n ${hpa.namespace} ${target.kind.toLowerCase()}/${target.name} --tail=100`,
      ),
    ],
  }
}
