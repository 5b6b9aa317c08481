import { aLook, ago } from '../../testing/a-look.ts'
import { statefulSetStuck } from './statefulset-stuck.ts'

const set = ({ partition = 0, updated = 1, update = 'db-2' } = {}) => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec: { replicas: 3, serviceName: db, selector: {}, template: {}, updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: ${partition} } } }
status: { replicas: 3, updatedReplicas: ${updated}, currentRevision: db-1, updateRevision: ${update} }
---`
const pod = (name: string, revision: string, ready: string, seconds: number) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { controller-revision-hash: ${revision} }, ownerReferences: [{ kind: StatefulSet, name: db, uid: StatefulSet-db, controller: true }] }
spec: { nodeName: worker-1, containers: [{ name: db, image: 'db:1' }] }
status: { phase: Running, conditions: [{ type: Ready, status: '${ready}', message: 'containers with unready status: [db]', lastTransitionTime: '${ago(seconds)}' }] }
---`
const others = pod('db-0', 'db-1', 'True', 9_000) + pod('db-1', 'db-1', 'True', 9_000)
const find = (manifests: string) => [...statefulSetStuck.find(aLook(manifests))]

describe('an update of a StatefulSet', () => {
  test('stands still when its new pod has not become ready for ten minutes', () => {
    const [finding, ...more] = find(set() + others + pod('db-2', 'db-2', 'False', 1_200))
    expect(more).toEqual([])
    expect(finding).toMatchObject({
      rule: 'statefulset-stuck',
      severity: 'critical',
      object: { kind: 'StatefulSet', namespace: 'shop', name: 'db' },
      summary: expect.stringContaining('db-2 does not become ready'),
      evidence: [{ where: 'status.updateRevision' }, { quote: 'containers with unready status: [db]' }],
    })
    expect(finding!.remedies.map(({ isDestructive }) => isDestructive)).toEqual([false, false, true])
  })

  test('stands still too when the template was put right after the pod was made', () => {
    expect(find(set({ update: 'db-3', updated: 0 }) + others + pod('db-2', 'db-2', 'False', 1_200))).toHaveLength(1)
  })

  test('stands still at its last pod too, which counts as updated since it was made', () => {
    expect(find(set({ updated: 3 }) + others + pod('db-2', 'db-2', 'False', 1_200))).toHaveLength(1)
  })

  test('goes on while the new pod starts, and is whole once its partition is reached', () => {
    expect(find(set() + others + pod('db-2', 'db-2', 'False', 60))).toEqual([])
    expect(find(set({ partition: 2 }) + others + pod('db-2', 'db-2', 'False', 1_200))).toEqual([])
    expect(find(set() + others + pod('db-2', 'db-2', 'True', 1_200))).toEqual([])
  })
})
