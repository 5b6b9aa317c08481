import type { ClusterModel } from '@akashic/kubernetes'
import type { Database } from '@akashic/shared/postgres'
import { keepUsage, thinUsage } from '../../usage/keep-usage.ts'

const minuteMs = 60_000
const keptMs = 30 * 86_400_000

/** Cores and bytes of a container at a minute; null where it is not measured. */
export type UseAt = (pod: string, minute: number) => { readonly cpu: number; readonly memory: number } | null

/** Has the use of the pods that run kept minute by minute, by what keeps it in production: only metrics.k8s.io is told what
 *  to say, as no time passes. Half of it is joined to ten minutes, as after six hours. @returns when it ends, ms. */
export async function plantUse(
  db: Database,
  model: ClusterModel,
  { fromMs, minutes, useAt }: { readonly fromMs: number; readonly minutes: number; readonly useAt: UseAt },
): Promise<number> {
  const pods = [...model.all('Pod')].filter(({ phase }) => phase === 'Running')
  for (let minute = 0; minute < minutes; minute++) {
    const atMs = fromMs + minute * minuteMs
    const items = pods.flatMap((pod) => {
      const use = useAt(pod.name, minute)
      const usage = use && { cpu: `${Math.round(use.cpu * 1e9)}n`, memory: String(use.memory) }
      const containers = pod.spec.containers.map(({ name }) => ({ name, usage }))
      const metadata = { namespace: pod.namespace, name: pod.name }
      return use === null ? [] : [{ metadata, timestamp: new Date(atMs).toISOString(), window: '15s', containers }]
    })
    const client = { stream: async () => [Buffer.from(JSON.stringify({ kind: 'PodMetricsList', items }))] }
    const cluster = { name: model.cluster, model, client } as unknown as Parameters<typeof keepUsage>[1]
    await keepUsage({ db, replicaId: 'a' }, cluster, atMs)
  }
  const endMs = fromMs + minutes * minuteMs
  await thinUsage(db, keptMs, endMs + 6 * 3_600_000 - (minutes * minuteMs) / 2)
  return endMs
}
