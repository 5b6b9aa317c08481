import type { Reference } from '@akashic/kubernetes'
import { lookAt } from '../../analyse/remedies.ts'
import { advise } from '../../database/remedies.ts'
import { percentText } from '../../database/words.ts'
import type { Finding } from '../../finding/finding.ts'
import type { ResourceReading } from '../resource/resource-reading.ts'
import { componentFinding } from './component-finding.ts'

const limit = 0.9

/** A resource of which nine tenths and more are used. Memory has a rule of its own; and a container may use more CPU than it
 *  requests, as long as its node has it. */
export function usedUp(reading: ResourceReading, workload: Reference | null, atMs: number): readonly Finding[] {
  const { component, resource, name, source, utilisation, limit: cpuLimit } = reading
  const isJudged = source === 'prometheus' || (resource === 'cpu' && cpuLimit !== null)
  if (!isJudged || utilisation === null || utilisation < limit) return []
  const isQuery = source === 'prometheus'
  const what = isQuery ? `Of its ${resource}` : `Of the CPU limit of container ${name}`
  return [
    componentFinding({
      ...{ rule: 'perf-resource-used-up', severity: 'warning', component, reason: 'Utilisation' },
      part: `${resource}:${name}`,
      summary: `${what} ${percentText(utilisation)} is used: what comes now waits.`,
      evidence: { [isQuery ? `query ${name}` : `CPU of ${reading.usedBy ?? ''}`]: percentText(utilisation) },
      remedies: [
        workload === null
          ? advise('See what uses it, and give it more or do less at once', 'nothing')
          : lookAt('See what its pods use', `kubectl top pod -n ${workload.namespace} --containers`),
        ...(workload === null
          ? []
          : [advise(`Have more pods of it, or a higher limit, where its use is right`, 'what it may use')]),
      ],
      atMs,
    }),
  ]
}
