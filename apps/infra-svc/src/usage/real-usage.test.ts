import { migrate } from '@akashic/shared/migrations'
import { describeReal, eventually, testDatabase, type TestDatabase } from '@akashic/testbed'
import { ClusterClient } from '@akashic/kubernetes'
import { pino } from 'pino'
import { migrations } from '../module.ts'
import { deployment, startScenarioCluster, type ScenarioCluster } from '../testing/scenario-cluster.ts'
import { keepUsage } from './keep-usage.ts'
import { usageOf } from './usage-of.ts'

describeReal('kubernetes', () => {
  let given: ScenarioCluster
  let database: TestDatabase
  let client: ClusterClient
  beforeAll(async () => {
    database = await testDatabase()
    await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
    given = await startScenarioCluster({ nodes: [{ name: 'n1' }], registry: { images: ['web:1'] }, metrics: true })
    client = new ClusterClient({ name: 'main', kubeconfig: given.cluster.kubeconfig })
  }, 120_000)
  afterAll(async () => {
    await client?.close()
    await given?.stop()
    await database?.close()
  })

  test('metrics.k8s.io of a real API server is read, and told by Deployment and container', async () => {
    const run = { cpu: 0.25, memory: 96 * 2 ** 20 }
    await given.cluster.apply(
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---${deployment('web', { run })}`,
    )
    await eventually(async () => {
      const nowMs = Date.now()
      await keepUsage({ db: database.db, replicaId: 'a' }, { name: 'main', client, model: given.model }, nowMs)
      const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
      const span = { since: new Date(nowMs - 60_000), until: new Date(nowMs + 60_000) }
      const { runs, reading } = await usageOf(database.db, 'main', workload, span)
      expect(reading!.problem).toBeNull()
      expect(runs[0]).toMatchObject({ container: 'app', points: [{ cpuMean: 0.25, memoryMean: 96 * 2 ** 20 }] })
    }, 30_000)
  }, 60_000)
})
