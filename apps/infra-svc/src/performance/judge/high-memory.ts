import type { ClusterView, Container, Reference } from '@akashic/kubernetes'
import { lookAt } from '../../analyse/remedies.ts'
import { bytesText, percentText } from '../../database/words.ts'
import type { Finding, Remedy } from '../../finding/finding.ts'
import { heapAdvice } from '../../memory/heap-advice.ts'
import type { LeakVerdict } from '../../memory/leak.ts'
import type { MemoryVerdict, ResourceReading } from '../resource/resource-reading.ts'
import { twiceTheMemory } from '../../remedy/memory.ts'
import { spanText } from '../words.ts'
import { componentFinding } from './component-finding.ts'

/** A leak that fills the limit later than this is worth knowing, and no warning. */
const soonMs = 86_400_000

/** The container that it is about, and whose. */
export interface OfContainer {
  readonly view: ClusterView
  readonly container: Container
  readonly workload: Reference
}

/** Memory that has been above 80 % of its limit for ten minutes, or that leaks. */
export function highMemory(
  reading: ResourceReading & { readonly memory: MemoryVerdict },
  of: OfContainer,
  atMs: number,
): readonly Finding[] {
  const { container, workload } = of
  const { component, memory, limit, request } = reading
  const { isHigh, leak, fullInMs, used } = memory
  if (isHigh !== true && leak.is !== 'leak') return []
  const named = `Container ${container.name} of ${memory.pod ?? workload.name}`
  const level =
    limit === null || limit === 0 ? bytesText(used ?? 0) : `${percentText((used ?? 0) / limit)} of its limit`
  const pod = { kind: 'Pod', namespace: workload.namespace, name: memory.pod ?? '' }
  return [
    componentFinding({
      ...{ rule: isHigh === true ? 'memory-high' : 'memory-leak', component, object: workload, part: container.name },
      severity: isHigh === true || (fullInMs !== null && fullInMs < soonMs) ? 'warning' : 'info',
      reason: leak.is === 'leak' ? 'MemoryLeak' : 'HighMemory',
      summary:
        isHigh === true
          ? `${named} uses ${level}, and has used more than 80 % for ten minutes. ${leakText(leak, fullInMs)}`
          : `${named} leaks memory. ${leakText(leak, fullInMs)}`,
      evidence: {
        memory: bytesText(used ?? 0),
        'memory limit': limit === null ? 'none' : bytesText(limit),
        'memory request': request === null ? 'none' : bytesText(request),
        ...(leak.is === 'leak' && {
          growth: `${bytesText(leak.perHour)} an hour, ${bytesText(leak.leastPerHour)} to ${bytesText(leak.mostPerHour)} with 95 % confidence, watched for ${spanText(leak.watchedMs)} without a restart; ${leak.runsAlike === 1 ? 'no run before grew so' : `${leak.runsAlike} runs grew so`}`,
        }),
      },
      remedies: remediesOf(leak, of, pod),
      blames: [{ object: workload, because: becauseOf(container.name, leak, level), strength: 'direct' }],
      atMs,
    }),
  ]
}

function leakText(leak: LeakVerdict, fullInMs: number | null): string {
  if (leak.is === 'none') return `It is no leak: ${leak.why}.`
  if (leak.is === 'unknown') return `Whether it leaks is not known: ${leak.why}.`
  const when = fullInMs === null ? '' : ` At this rate it is at its limit in ${spanText(fullInMs)}.`
  return `It grows by ${bytesText(leak.perHour)} an hour, and not because it does more.${when}`
}

const becauseOf = (container: string, leak: LeakVerdict, level: string): string =>
  leak.is === 'leak'
    ? `its container ${container} leaks memory: it grows by ${bytesText(leak.perHour)} an hour, and not because it does more`
    : `its container ${container} uses ${level}`

/** More memory is the first help for what needs it, and only puts off the end of what leaks. */
function remediesOf(leak: LeakVerdict, { view, container, workload }: OfContainer, pod: Reference): readonly Remedy[] {
  const when = leak.is === 'leak' ? 'to win time until the leak is found' : 'if its use is right'
  const more = twiceTheMemory(view, workload, container.name, container.limits['memory'], when)
  const find = leak.is === 'none' ? [] : heapAdvice(container, pod, workload)
  return [
    lookAt('See what each container uses now', `kubectl top pod -n ${pod.namespace} ${pod.name} --containers`),
    ...(leak.is === 'leak' ? [...find, ...more] : [...more, ...find]),
  ]
}
