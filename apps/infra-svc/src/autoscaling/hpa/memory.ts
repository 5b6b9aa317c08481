import type { HorizontalPodAutoscaler } from '@akashic/kubernetes'
import { fieldQuote } from '../../analyse/quote.ts'
import { advise, type Advice } from '../advice.ts'
import { percent, quantityText } from '../amounts.ts'
import type { AuditedContainer } from '../audit-workload.ts'
import { podAsks } from '../capacity.ts'
import type { ContainerResources } from '../scaled-workload.ts'
import { isResource, isShare } from './audited-hpa.ts'

/** So near to its target an autoscaler does nothing. Source: the controller's default of
 *  `--horizontal-pod-autoscaler-tolerance`. */
const tolerance = 0.1

export interface MemoryAtRest {
  /** Of what pods ask for. */
  readonly share: number
  /** Below so many pods an autoscaler does not go by it, whatever the load; infinite where it never goes down. */
  readonly keeps: number
  readonly arithmetic: string
}

/** What pods keep in memory in their usual minutes against a target: more pods do not lower that. Null where it is not
 *  known. @param asked what the containers ask for, now or as proposed. @param target of the autoscaler, %. */
export function memoryAtRest(
  containers: readonly AuditedContainer[],
  asked: readonly ContainerResources[],
  target: number,
): MemoryAtRest | null {
  const request = podAsks(asked, 'memory')
  if (request === 0 || containers.some(({ use }) => use === null)) return null
  const rests = containers.reduce((total, { use }) => total + use!.memory.p50, 0)
  const share = rests / request
  return {
    share,
    keeps: keptPods((share * 100) / target),
    arithmetic: `memory at rest: p50 ${quantityText('memory', rests)} ÷ ${quantityText('memory', request)} asked for = ${percent(share)}, of a target of ${target} %`,
  }
}

/** The controller wants `ceil(pods × ratio)`, and nothing where the ratio is near to one: the most pods of which that takes
 *  none away. @param ratio of what is measured to the target. */
const keptPods = (ratio: number): number => (ratio >= 1 - tolerance ? Infinity : Math.ceil(1 / (1 - ratio)) - 1)

/** Memory as what an autoscaler goes by. */
export function auditMemory(hpa: HorizontalPodAutoscaler, containers: readonly AuditedContainer[]): readonly Advice[] {
  return [...memoryAlone(hpa), ...heldByMemory(hpa, containers)]
}

function memoryAlone(hpa: HorizontalPodAutoscaler): readonly Advice[] {
  if (hpa.metrics.length === 0 || !hpa.metrics.every(({ name, type }) => name === 'memory' && /Resource$/.test(type)))
    return []
  return [
    advise(hpa, {
      ...{ rule: 'hpa-memory-alone', severity: 'warning', part: 'memory' },
      summary:
        'Memory is all that it scales by: processes seldom give memory back, so that it goes up and hardly ever down, whatever the load.',
      evidence: [fieldQuote(hpa, 'spec.metrics', hpa.metrics.map(({ name }) => name).join(', '))],
    }),
  ]
}

function heldByMemory(hpa: HorizontalPodAutoscaler, containers: readonly AuditedContainer[]): readonly Advice[] {
  const metric = hpa.metrics.find((each) => isResource('memory')(each) && isShare(each))
  const rest = metric && memoryAtRest(containers, containers, metric.targetUtilization!)
  if (!rest || rest.keeps <= hpa.minReplicas) return []
  const isOver = rest.share * 100 > metric.targetUtilization! * (1 + tolerance)
  const never = isOver ? 'it goes to its maximum and stays there' : 'it never scales down'
  const isBounded = Number.isFinite(rest.keeps)
  return [
    advise(hpa, {
      ...{ rule: 'hpa-held-by-memory', severity: isBounded ? 'info' : 'warning', part: 'memory' },
      summary: `At rest its pods keep ${percent(rest.share)} of the memory that they ask for, and its target is ${metric.targetUtilization} %: more pods do not lower that, so that ${isBounded ? `it never goes below ${rest.keeps} pods` : never}, whatever the load.`,
      evidence: [fieldQuote(hpa, 'spec.metrics[memory].target.averageUtilization', metric.targetUtilization!)],
      arithmetic: [rest.arithmetic],
    }),
  ]
}
