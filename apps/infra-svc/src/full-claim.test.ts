import { ClusterClient, ClusterError } from '@akashic/kubernetes'
import { createOutbox } from '@akashic/shared/events'
import { migrate } from '@akashic/shared/migrations'
import { describeReal, eventually, testDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { createFindingKeeper } from './finding/keep-findings.ts'
import { listFindings } from './finding/list-findings.ts'
import { migrations } from './module.ts'
import { watchVolumeUse } from './storage/watch-volume-use.ts'
import { deployment, startScenarioCluster, workload, type ScenarioCluster } from './testing/scenario-cluster.ts'

/** The stand-in for its kubelet measures what this says. */
const full = { name: 'full', labels: { disk: 'full' }, claimsUsed: 0.98 }

describeReal('kubernetes', () => {
  let given: ScenarioCluster

  beforeAll(async () => {
    given = await startScenarioCluster({
      asksKubelets: true,
      nodes: [full, { name: 'roomy', labels: { disk: 'roomy' }, claimsUsed: 0.4 }],
    })
    await given.cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }')
  }, 120_000)
  afterAll(() => given?.stop())

  const keeper = (name: string): string => `
apiVersion: v1
kind: PersistentVolume
metadata: { name: ${name} }
spec: { storageClassName: ${name}, accessModes: [ReadWriteOnce], capacity: { storage: 1Gi }, hostPath: { path: /disk } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name}, namespace: shop }
spec: { storageClassName: ${name}, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---${deployment(name, { pod: `nodeSelector: { disk: ${name} }\n      volumes: [{ name: files, persistentVolumeClaim: { claimName: ${name} } }]` })}`

  test('a claim that is as good as full is the cause, by what its kubelet measured; one with room is no trouble', async () => {
    await given.cluster.apply(keeper('full') + keeper('roomy'))
    for (const name of ['full', 'roomy']) {
      await given.cluster.kubectl([
        'wait',
        '-n',
        'shop',
        `deployment/${name}`,
        '--for=condition=Available',
        '--timeout=30s',
      ])
    }
    await eventually(async () => {
      const { causes } = await given.diagnose(workload('full'))
      expect(causes[0]?.because).toBe('98 % of its bytes are used')
    }, 20_000)
    const cause = await given.firstCause(workload('full'), 'PersistentVolumeClaim shop/full')
    expect(cause.evidence).toMatchObject([{ kind: 'metric', where: 'kubelet stats/summary bytes' }])
    await eventually(
      async () => expect((await given.diagnose(workload('roomy'))).verdict).toBe('nothing_wrong'),
      20_000,
    )
  }, 60_000)

  test('a claim that runs full is kept as a finding, stays while its kubelet is silent, and is resolved once it has room', async () => {
    const database = await testDatabase()
    await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
    let isSilent = false
    const real = new ClusterClient({ name: 'main', kubeconfig: given.cluster.kubeconfig })
    const client: Pick<ClusterClient, 'get'> = {
      get: (path, options) =>
        isSilent ? Promise.reject(new ClusterError('timeout', 'silent')) : real.get(path, options),
    }
    const cluster = {
      ...{ name: 'main', model: given.model, isRead: () => true, takeChanged: () => true },
      releases: { findings: () => [] },
    }
    const aService = () => {
      const volumes = watchVolumeUse(client, given.model, () => 0.5)
      const keeper = createFindingKeeper({
        ...{ db: database.db, outbox: createOutbox('infra'), replicaId: 'r1', metrics: { found: () => undefined } },
      })
      const begun = Date.now()
      /** Looks, and looks again once what is not seen any more has ended. */
      return async (minutes: number): Promise<readonly string[]> => {
        const at = begun + minutes * 60_000
        await volumes.refresh(at)
        for (const later of [at, at + 11_000]) await keeper.keep({ ...cluster, volumes } as never, later)
        const { findings } = await listFindings(database.db, {
          ...{ sources: ['main'], cluster: '', namespace: 'shop', severity: '', rule: 'claim-near-full' },
          ...{ state: '', includeMuted: false, now: new Date(at), limit: 50, cursor: '' },
        })
        return findings.map(({ finding }) => `${finding.object.name}: ${finding.summary}`)
      }
    }
    const look = aService()
    await eventually(async () => expect(await look(0)).toEqual(['full: 98 % of its bytes are used.']), 10_000)
    // A service that starts anew has measured nothing yet, and takes nothing back.
    isSilent = true
    const anew = aService()
    expect(await anew(3)).toHaveLength(1)
    isSilent = false
    full.claimsUsed = 0.5
    expect(await anew(4)).toHaveLength(1)
    expect(await anew(6)).toEqual([])
    await real.close()
    await database.close()
  }, 60_000)
})
