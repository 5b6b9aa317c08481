import { trimConditions, trimMeta, type Condition, type Meta } from './meta.ts'
import { trimPodSpec, type Container, type PodSpec } from './pod-spec.ts'
import { at, isAt, listAt, numberAt, textAt, timeAt, type Raw } from './raw.ts'

export interface ContainerState {
  readonly state: 'waiting' | 'running' | 'terminated'
  readonly reason: string
  readonly message: string
  /** null unless terminated. */
  readonly exitCode: number | null
  readonly signal: number | null
  readonly startedAt: number | null
  readonly finishedAt: number | null
}

export interface ContainerStatus {
  readonly name: string
  readonly role: 'init' | 'app' | 'ephemeral'
  readonly image: string
  readonly isReady: boolean
  readonly isStarted: boolean
  readonly restarts: number
  /** null while the kubelet has not said. */
  readonly now: ContainerState | null
  readonly last: ContainerState | null
}

export interface Pod extends Meta {
  readonly kind: 'Pod'
  readonly spec: PodSpec
  readonly nodeName: string
  readonly phase: string
  readonly reason: string
  readonly message: string
  readonly podIps: readonly string[]
  readonly hostIp: string
  readonly qosClass: string
  readonly startedAt: number | null
  readonly conditions: readonly Condition[]
  readonly statuses: readonly ContainerStatus[]
}

export function trimPod(raw: Raw): Pod {
  const status = at(raw, 'status')
  return {
    kind: 'Pod',
    ...trimMeta(raw),
    spec: trimPodSpec(at(raw, 'spec')),
    nodeName: textAt(raw, 'spec', 'nodeName'),
    phase: textAt(status, 'phase') || 'Unknown',
    reason: textAt(status, 'reason'),
    message: textAt(status, 'message'),
    podIps: podIpsOf(status),
    hostIp: textAt(status, 'hostIP'),
    qosClass: textAt(status, 'qosClass'),
    startedAt: timeAt(status, 'startTime'),
    conditions: trimConditions(raw),
    statuses: [
      ...listAt(status, 'initContainerStatuses').map((container) => trimStatus(container, 'init')),
      ...listAt(status, 'containerStatuses').map((container) => trimStatus(container, 'app')),
      ...listAt(status, 'ephemeralContainerStatuses').map((container) => trimStatus(container, 'ephemeral')),
    ],
  }
}

function podIpsOf(status: Raw): readonly string[] {
  const all = listAt(status, 'podIPs').map((each) => textAt(each, 'ip'))
  const first = textAt(status, 'podIP')
  return all.length > 0 || first === '' ? all : [first]
}

function trimStatus(raw: Raw, role: ContainerStatus['role']): ContainerStatus {
  return {
    name: textAt(raw, 'name'),
    role,
    image: textAt(raw, 'image'),
    isReady: isAt(raw, 'ready'),
    isStarted: isAt(raw, 'started'),
    restarts: numberAt(raw, 0, 'restartCount'),
    now: trimState(at(raw, 'state')),
    last: trimState(at(raw, 'lastState')),
  }
}

function trimState(raw: Raw): ContainerState | null {
  const state = (['waiting', 'running', 'terminated'] as const).find((state) => at(raw, state) !== undefined)
  if (state === undefined) return null
  const said = at(raw, state)
  return {
    state,
    reason: textAt(said, 'reason'),
    message: textAt(said, 'message'),
    exitCode: state === 'terminated' ? numberAt(said, null, 'exitCode') : null,
    signal: numberAt(said, null, 'signal'),
    startedAt: timeAt(said, 'startedAt'),
    finishedAt: timeAt(said, 'finishedAt'),
  }
}

/** What the pod was asked to run under the name of a container. */
export function containerOf({ spec }: { readonly spec: PodSpec }, name: string): Container | undefined {
  return spec.containers.find((container) => container.name === name)
}

/** True once the kubelet says so in the pod's condition. */
export function isReady({ conditions }: Pod): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
}

/** True when it has ended for good: nothing will run in it again. */
export function hasEnded({ phase }: Pod): boolean {
  return phase === 'Succeeded' || phase === 'Failed'
}
