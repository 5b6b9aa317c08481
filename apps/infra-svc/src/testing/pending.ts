import { aCondition, aPod } from './objects.ts'

type Fields = Readonly<Record<string, unknown>>

/** What the scheduler says of a pod that it has tried to place. */
export const scheduled = (message: string, reason = 'Unschedulable'): Fields =>
  aCondition('PodScheduled', 'False', { reason, message })

/** A pod of Deployment web that the scheduler has tried to place. */
export const pending = (message: string, spec: Fields = {}, more: Fields = {}): Fields =>
  aPod({
    ...more,
    spec: { nodeName: undefined, ...spec },
    status: { phase: 'Pending', startTime: undefined, containerStatuses: undefined, conditions: [scheduled(message)] },
  })

/** As kube-scheduler 1.35 writes it. */
export const none = (of: number, reasons: string): string =>
  `0/${of} nodes are available: ${reasons}. no new claims to deallocate, preemption: 0/${of} nodes are available: ${of} Preemption is not helpful for scheduling.`
