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
  /** Whether it alone keeps an autoscaler from scaling down, whatever the load. */
  readonly holds: boolean
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
    holds: share >= (target / 100) * (1 - tolerance),
    arithmetic: `memory at rest: p50 ${quantityText('memory', rests)} ÷ ${quantityText('memory', request)} asked for = ${percent(share)}, of a target of ${target} %`,
  }
}

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
  if (!rest?.holds) return []
  const means =
    rest.share * 100 > metric!.targetUtilization! * (1 + tolerance)
      ? 'it goes to its maximum and stays there'
      : 'it never scales down'
  return [
    advise(hpa, {
      ...{ rule: 'hpa-held-by-memory', severity: 'warning', part: 'memory' },
      summary: `At rest its pods keep ${percent(rest.share)} of the memory that they ask for, and its target is ${metric!.targetUtilization} %: more pods do not lower that, so that ${means}, whatever the load.`,
      evidence: [fieldQuote(hpa, 'spec.metrics[memory].target.averageUtilization', metric!.targetUtilization!)],
      arithmetic: [rest.arithmetic],
    }),
  ]
}
