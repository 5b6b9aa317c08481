import type { ContainerRunner } from './container-runner.ts'
import type { ApiObject } from '../real/kubernetes/api.ts'

/** Source: kubelet's getPhase. */
export function phaseOf(pod: ApiObject, inits: readonly ContainerRunner[], apps: readonly ContainerRunner[]): string {
  const failedInit = inits.find((each) => each.hasFailedForGood)
  if (failedInit) return 'Failed'
  if (inits.some((each) => !each.isDone && !(each.isSidecar && each.isStarted))) return 'Pending'
  const states = apps.map((each) => each.phase)
  if (states.includes('waiting')) return 'Pending'
  if (states.includes('running') || states.includes('restarting')) return 'Running'
  if (apps.every((each) => each.exitCode === 0)) return 'Succeeded'
  return pod.spec.restartPolicy === 'Always' ? 'Running' : 'Failed'
}

interface Given {
  readonly pod: ApiObject
  readonly inits: readonly ContainerRunner[]
  readonly apps: readonly ContainerRunner[]
  readonly phase: string
  readonly hasSandbox: boolean
  /** When each condition last turned. */
  readonly since: Map<string, { status: string; at: string }>
}

/** The conditions that a kubelet writes, and the scheduler's as it was. */
export function podConditions({ pod, inits, apps, phase, hasSandbox, since }: Given): readonly object[] {
  const hasEnded = phase === 'Succeeded' || phase === 'Failed'
  const notReady = apps.filter((each) => !each.isReady).map((each) => each.name)
  const notDone = inits.filter((each) => !each.isDone && !(each.isSidecar && each.isStarted)).map((each) => each.name)
  const completed = phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}
  const why = hasEnded
    ? phase === 'Failed'
      ? { reason: 'PodFailed' }
      : completed
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${notReady.join(' ')}]` }
  const areReady = !hasEnded && notReady.length === 0 && notDone.length === 0
  const made = [
    { type: 'PodReadyToStartContainers', isTrue: hasSandbox && !hasEnded, else: {} },
    {
      type: 'Initialized',
      isTrue: notDone.length === 0,
      else: {
        reason: 'ContainersNotInitialized',
        message: `containers with incomplete status: [${notDone.join(' ')}]`,
      },
    },
    { type: 'Ready', isTrue: areReady, else: why },
    { type: 'ContainersReady', isTrue: areReady, else: why },
  ].map(({ type, isTrue, else: otherwise }) => {
    const status = isTrue ? 'True' : 'False'
    const known = since.get(type)
    const at = known?.status === status ? known.at : new Date().toISOString().replace(/\.\d+/, '')
    since.set(type, { status, at })
    return { type, status, lastProbeTime: null, lastTransitionTime: at, ...(isTrue ? {} : otherwise) }
  })
  const scheduled = (pod.status?.conditions ?? []).filter(({ type }: { type: string }) => type === 'PodScheduled')
  return [...made, ...scheduled]
}
