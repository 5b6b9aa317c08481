import { referenceText } from '@akashic/kubernetes'
import { aView, now } from '../../testing/a-look.ts'
import type { ContainerUse, Shares, WorkloadUse } from '../../usage/shares.ts'
import { audit, type Audit, type AuditFacts } from '../audit.ts'
import { trimVpa } from '../vpa/vertical-pod-autoscaler.ts'

const mebi = 2 ** 20

export const spread = (p50: number, p95 = p50, p99 = p95, max = p99): Shares => ({ p50, p95, p99, max })

/** What one container used: cores, and MiB. */
export const aUse = (cpu: Shares, memory: Shares, { minutes = 10_000, container = 'app' } = {}): ContainerUse => ({
  ...{ container, minutes, cpu },
  memory: spread(memory.p50 * mebi, memory.p95 * mebi, memory.p99 * mebi, memory.max * mebi),
})

/** The pods of a workload together, where all do as one. */
export const usedBy = (
  containers: readonly ContainerUse[],
  totalCpu: WorkloadUse['totalCpu'] = spread(1),
): WorkloadUse => ({
  containers,
  totalCpu,
})

interface Given extends Partial<Omit<AuditFacts, 'vpas'>> {
  /** By `Deployment shop/web`. */
  readonly uses?: Readonly<Record<string, WorkloadUse>>
  readonly vpas?: readonly object[] | null
}

/** An audit of manifests, of a cluster that serves all metrics unless they say otherwise. */
export function anAudit(manifests: string, { uses = {}, vpas = null, ...given }: Given = {}): Audit {
  return audit({
    ...{ view: aView(manifests), now, namespace: '', unmeasured: '', unseen: '', rooms: [] },
    served: { byPod: new Map(), problem: '' },
    history: { windowMinutes: 10_080, leastMinutes: 4_320 },
    settings: { cpuTarget: 60, memoryTarget: 70, podsMetrics: [{ name: 'ai_requests_per_second', averageValue: '5' }] },
    useOf: (workload) => uses[referenceText(workload)],
    vpas: vpas?.flatMap((raw) => trimVpa(raw) ?? []) ?? null,
    ...given,
  })
}

/** Everything that was said, as `rule object`. */
export const rulesOf = ({ workloads, autoscalers, verticalAutoscalers }: Audit): readonly string[] =>
  [...workloads, ...autoscalers, ...verticalAutoscalers]
    .flatMap(({ advice }) => advice)
    .map(({ rule, object }) => `${rule} ${object.name}`)
