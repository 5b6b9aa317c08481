import { ClusterClient } from '@akashic/kubernetes'
import { migrate } from '@akashic/shared/migrations'
import { controlPlaneProgram, eventually, testDatabase } from '@akashic/testbed'
import assert from 'node:assert'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { pino } from 'pino'
import type { KnownComponent } from '../../component/known-components.ts'
import { openDatabaseClient } from '../../database/database-client.ts'
import { postgresEngine } from '../../database/postgres-engine.ts'
import { migrations } from '../../module.ts'
import { startScenarioCluster, type ScenarioCluster } from '../../testing/scenario-cluster.ts'
import { showAudit } from '../show-audit.ts'
import { plantUse, type UseAt } from './plant-use.ts'
import { shop } from './shop.ts'
import { vpaCrd } from './vpa-crd.ts'

export type AuditReport = Awaited<ReturnType<typeof showAudit>>

/** A real control plane with the shop in it, two hours of use and a real database for one of its workloads. */
export interface AuditedShop extends Pick<ScenarioCluster, 'cluster'> {
  /** @param atMs as if it were then: when the use ends, unless given. */
  audit(atMs?: number): Promise<AuditReport>
  /** Runs a command line that a proposal gave, with this as its standard input. */
  shell(command: string, input?: string): Promise<string>
  stop(): Promise<void>
}

const minutes = 120
const minuteMs = 60_000
export const poolSize = 10

const settings = {
  ...{ history: 7 * 86_400_000, leastHistory: 60 * minuteMs, cpuTarget: 60, memoryTarget: 70 },
  podsMetrics: [{ name: 'ai_requests_per_second', averageValue: '5' }],
}

/** @param ratesOf what the pods of an app serve as metrics now. */
export async function startAuditedShop(
  useAt: UseAt,
  ratesOf: (app: string) => Readonly<Record<string, number>>,
): Promise<AuditedShop> {
  const database = await testDatabase()
  await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
  const given = await startScenarioCluster({
    nodes: [{ name: 'n1', allocatable: { cpu: '64', memory: '256Gi', pods: '200' } }],
    ...{ registry: { images: ['web:1'] }, metrics: true },
    podMetrics: ({ metadata }) => ratesOf(metadata.labels.app as string),
  })
  const client = new ClusterClient({ name: 'main', kubeconfig: given.cluster.kubeconfig })
  await given.cluster.apply(`apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---${vpaCrd}`)
  await given.cluster.kubectl(['wait', '--for=condition=Established', 'crd/verticalpodautoscalers.autoscaling.k8s.io'])
  await given.cluster.apply(shop)
  await untilAllRun(given)
  const endMs = await plantUse(database.db, given.model, { fromMs: Date.now() + minuteMs, minutes, useAt })

  const spec = { name: 'orders', url: database.url, poolSize, readyWithin: 10_000 }
  const orders = openDatabaseClient(spec)
  const pooled: KnownComponent = {
    ...{ id: 'pooled', dependsOn: [] },
    targets: {
      ...{ aiProviders: [], database: 'orders' },
      kubernetes: { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'pooled' },
    },
  }
  return {
    cluster: given.cluster,
    audit: (atMs = endMs) =>
      showAudit(
        {
          ...{ db: database.db, settings: () => settings, components: async () => [pooled] },
          clock: { now: () => atMs, after: () => assert.fail('nothing is to wait') },
          databases: { all: () => [{ spec, engine: postgresEngine(orders) }] } as never,
          clusters: { all: () => [{ name: 'main', model: given.model }] as never },
        },
        { name: 'main', model: given.model, client },
        'shop',
      ),
    shell: (command, input = '') => runInShell(given.cluster.kubeconfig, command, input),
    stop: async () => {
      orders.close()
      await client.close()
      await given.stop()
      await database.close()
    },
  }
}

/** Also those that autoscalers make. */
async function untilAllRun({ model }: ScenarioCluster): Promise<void> {
  await eventually(() => {
    const waiting = [...model.all('Deployment')].filter(({ replicas, readyReplicas }) => readyReplicas < replicas)
    const scaled = [...model.all('HorizontalPodAutoscaler')].filter(({ name }) => !/^(nobody|torn|bare)/.test(name))
    const unscaled = scaled.filter(({ currentReplicas, minReplicas }) => currentReplicas < minReplicas)
    if (waiting.length + unscaled.length > 0)
      throw new Error(`not yet: ${[...waiting, ...unscaled].map(({ kind, name }) => `${kind} ${name}`).join(', ')}`)
  }, 90_000)
}

const deadlineMs = 60_000

async function runInShell(kubeconfig: string, command: string, input: string): Promise<string> {
  const kubectl = `kubectl() { '${controlPlaneProgram()}' kubectl --kubeconfig='${kubeconfig}' "$@"; }`
  const running = promisify(execFile)('sh', ['-c', `${kubectl}\n${command}`], { timeout: deadlineMs })
  running.child.stdin!.end(input)
  return (await running).stdout
}
