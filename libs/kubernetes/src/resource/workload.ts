import { appliedNumber, trimConditions, trimMeta, type Condition, type Meta } from './meta.ts'
import { trimPodSpec, type PodSpec } from './pod-spec.ts'
import { at, intOrTextAt, isAt, mapAt, numberAt, textAt, timeAt, type Raw, type Texts } from './raw.ts'
import { trimSelector, type LabelSelector } from '../selector/selector.ts'

/** What a workload makes its pods of. */
export interface PodTemplate {
  readonly labels: Texts
  readonly annotations: Texts
  readonly spec: PodSpec
}

/** What owns pods and keeps as many of them as were asked for. */
interface Replicated extends Meta {
  readonly template: PodTemplate
  readonly selector: LabelSelector
  /** Wanted; for a DaemonSet how many nodes want one. */
  readonly replicas: number
  readonly readyReplicas: number
  readonly updatedReplicas: number
  readonly availableReplicas: number
  readonly observedGeneration: number
  readonly conditions: readonly Condition[]
}

export interface Deployment extends Replicated {
  readonly kind: 'Deployment'
  /** What the manifest that was applied says of replicas; null where it leaves them alone, or nothing tells. */
  readonly manifestReplicas: number | null
  readonly isPaused: boolean
  readonly strategy: string
  /** A number or a percentage, as written. */
  readonly maxSurge: string
  readonly maxUnavailable: string
  readonly minReadySeconds: number
  readonly progressDeadlineSeconds: number
  readonly currentReplicas: number
  readonly revision: number
}

export interface ReplicaSet extends Replicated {
  readonly kind: 'ReplicaSet'
  readonly currentReplicas: number
  readonly revision: number
}

export interface StatefulSet extends Replicated {
  readonly kind: 'StatefulSet'
  /** What the manifest that was applied says of replicas; null where it leaves them alone, or nothing tells. */
  readonly manifestReplicas: number | null
  readonly service: string
  readonly claims: readonly { readonly name: string; readonly storageClass: string | null }[]
  readonly strategy: string
  readonly partition: number
  readonly currentReplicas: number
  readonly currentRevision: string
  readonly updateRevision: string
}

export interface DaemonSet extends Replicated {
  readonly kind: 'DaemonSet'
  readonly strategy: string
  readonly misscheduled: number
}

export interface Job extends Meta {
  readonly kind: 'Job'
  readonly template: PodTemplate
  readonly completions: number
  readonly parallelism: number
  readonly backoffLimit: number
  readonly isSuspended: boolean
  readonly active: number
  readonly succeeded: number
  readonly failed: number
  readonly startedAt: number | null
  readonly completedAt: number | null
  readonly conditions: readonly Condition[]
}

export interface CronJob extends Meta {
  readonly kind: 'CronJob'
  readonly template: PodTemplate
  readonly schedule: string
  readonly timeZone: string
  readonly isSuspended: boolean
  readonly concurrencyPolicy: string
  readonly startingDeadlineSeconds: number | null
  readonly lastScheduledAt: number | null
  readonly lastSucceededAt: number | null
}

export const revisionAnnotation = 'deployment.kubernetes.io/revision'

export function trimTemplate(raw: Raw): PodTemplate {
  return {
    labels: mapAt(raw, 'metadata', 'labels'),
    annotations: mapAt(raw, 'metadata', 'annotations'),
    spec: trimPodSpec(at(raw, 'spec')),
  }
}

function trimReplicated(raw: Raw): Replicated {
  const status = at(raw, 'status')
  return {
    ...trimMeta(raw),
    template: trimTemplate(at(raw, 'spec', 'template')),
    selector: trimSelector(at(raw, 'spec', 'selector')),
    replicas: numberAt(raw, 1, 'spec', 'replicas'),
    readyReplicas: numberAt(status, 0, 'readyReplicas'),
    updatedReplicas: numberAt(status, 0, 'updatedReplicas'),
    availableReplicas: numberAt(status, 0, 'availableReplicas'),
    observedGeneration: numberAt(status, 0, 'observedGeneration'),
    conditions: trimConditions(raw),
  }
}

const revisionOf = (raw: Raw): number => {
  const revision = Number(textAt(raw, 'metadata', 'annotations', revisionAnnotation))
  return Number.isInteger(revision) ? revision : 0
}

export function trimDeployment(raw: Raw): Deployment {
  const spec = at(raw, 'spec')
  return {
    kind: 'Deployment',
    ...trimReplicated(raw),
    manifestReplicas: appliedNumber(raw, 'spec', 'replicas'),
    isPaused: isAt(spec, 'paused'),
    strategy: textAt(spec, 'strategy', 'type') || 'RollingUpdate',
    maxSurge: intOrTextAt(spec, 'strategy', 'rollingUpdate', 'maxSurge') || '25%',
    maxUnavailable: intOrTextAt(spec, 'strategy', 'rollingUpdate', 'maxUnavailable') || '25%',
    minReadySeconds: numberAt(spec, 0, 'minReadySeconds'),
    progressDeadlineSeconds: numberAt(spec, 600, 'progressDeadlineSeconds'),
    currentReplicas: numberAt(raw, 0, 'status', 'replicas'),
    revision: revisionOf(raw),
  }
}

export function trimReplicaSet(raw: Raw): ReplicaSet {
  return {
    kind: 'ReplicaSet',
    ...trimReplicated(raw),
    currentReplicas: numberAt(raw, 0, 'status', 'replicas'),
    revision: revisionOf(raw),
  }
}

export function trimStatefulSet(raw: Raw): StatefulSet {
  const claims = at(raw, 'spec', 'volumeClaimTemplates')
  return {
    kind: 'StatefulSet',
    ...trimReplicated(raw),
    manifestReplicas: appliedNumber(raw, 'spec', 'replicas'),
    service: textAt(raw, 'spec', 'serviceName'),
    claims: (Array.isArray(claims) ? (claims as readonly Raw[]) : []).map((claim) => ({
      name: textAt(claim, 'metadata', 'name'),
      storageClass: textAt(claim, 'spec', 'storageClassName') || null,
    })),
    strategy: textAt(raw, 'spec', 'updateStrategy', 'type') || 'RollingUpdate',
    partition: numberAt(raw, 0, 'spec', 'updateStrategy', 'rollingUpdate', 'partition'),
    currentReplicas: numberAt(raw, 0, 'status', 'replicas'),
    currentRevision: textAt(raw, 'status', 'currentRevision'),
    updateRevision: textAt(raw, 'status', 'updateRevision'),
  }
}

export function trimDaemonSet(raw: Raw): DaemonSet {
  const status = at(raw, 'status')
  return {
    kind: 'DaemonSet',
    ...trimReplicated(raw),
    replicas: numberAt(status, 0, 'desiredNumberScheduled'),
    readyReplicas: numberAt(status, 0, 'numberReady'),
    updatedReplicas: numberAt(status, 0, 'updatedNumberScheduled'),
    availableReplicas: numberAt(status, 0, 'numberAvailable'),
    strategy: textAt(raw, 'spec', 'updateStrategy', 'type') || 'RollingUpdate',
    misscheduled: numberAt(status, 0, 'numberMisscheduled'),
  }
}

export function trimJob(raw: Raw): Job {
  const [spec, status] = [at(raw, 'spec'), at(raw, 'status')]
  return {
    kind: 'Job',
    ...trimMeta(raw),
    template: trimTemplate(at(spec, 'template')),
    completions: numberAt(spec, 1, 'completions'),
    parallelism: numberAt(spec, 1, 'parallelism'),
    backoffLimit: numberAt(spec, 6, 'backoffLimit'),
    isSuspended: isAt(spec, 'suspend'),
    active: numberAt(status, 0, 'active'),
    succeeded: numberAt(status, 0, 'succeeded'),
    failed: numberAt(status, 0, 'failed'),
    startedAt: timeAt(status, 'startTime'),
    completedAt: timeAt(status, 'completionTime'),
    conditions: trimConditions(raw),
  }
}

export function trimCronJob(raw: Raw): CronJob {
  const [spec, status] = [at(raw, 'spec'), at(raw, 'status')]
  return {
    kind: 'CronJob',
    ...trimMeta(raw),
    template: trimTemplate(at(spec, 'jobTemplate', 'spec', 'template')),
    schedule: textAt(spec, 'schedule'),
    timeZone: textAt(spec, 'timeZone'),
    isSuspended: isAt(spec, 'suspend'),
    concurrencyPolicy: textAt(spec, 'concurrencyPolicy') || 'Allow',
    startingDeadlineSeconds: numberAt(spec, null, 'startingDeadlineSeconds'),
    lastScheduledAt: timeAt(status, 'lastScheduleTime'),
    lastSucceededAt: timeAt(status, 'lastSuccessfulTime'),
  }
}
