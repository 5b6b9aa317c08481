import { describeReal, eventually } from '@akashic/testbed'
import { deployment, startScenarioCluster, workload, type ScenarioCluster } from './testing/scenario-cluster.ts'

describeReal('kubernetes', () => {
  let given: ScenarioCluster

  beforeAll(async () => {
    given = await startScenarioCluster({
      nodes: [
        { name: 'full', labels: { disk: 'full' }, claimsUsed: 0.98 },
        { name: 'roomy', labels: { disk: 'roomy' }, claimsUsed: 0.4 },
      ],
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
})
