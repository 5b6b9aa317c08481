import {
  describeReal,
  eventually,
  startKubernetes,
  startNodeAgent,
  type KubernetesCluster,
  type NodeAgent,
} from '@akashic/testbed'
import { ClusterClient } from '../access/cluster-client.ts'
import { ClusterModel } from '../model/cluster-model.ts'
import { kinds } from '../resource/resources.ts'
import { followCluster, type ClusterFollower } from './follow-cluster.ts'

const podReader = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: reads-pods }
rules: [{ apiGroups: [''], resources: [pods, nodes], verbs: [get, list, watch] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: reads-pods }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reads-pods }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: reader }]
`
const deployment = (image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: '${image}' }] } }
`

describeReal('kubernetes', () => {
  let cluster: KubernetesCluster
  let agent: NodeAgent
  const ends: (() => Promise<void>)[] = []

  beforeAll(async () => {
    cluster = await startKubernetes({ tokens: [{ token: 'reader', user: 'reader' }] })
    agent = await startNodeAgent(cluster, { nodes: [{ name: 'worker-1' }] })
    await cluster.apply(`${podReader}---${deployment('web:1')}`)
  }, 120_000)
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })
  afterAll(async () => {
    agent?.stop()
    await cluster?.stop()
  })

  function follow(kubeconfig = cluster.kubeconfig, secretNamespaces: readonly string[] = []) {
    const client = new ClusterClient({ name: 'main', kubeconfig })
    const model = new ClusterModel('main')
    const warn = () => undefined
    const follower: ClusterFollower = followCluster({
      ...{ client, model, now: Date.now, random: () => 0.1, warn, secretNamespaces },
    })
    follower.start()
    ends.push(async () => {
      await follower.stop()
      await client.close()
    })
    return { client, model }
  }
  const isFresh = (model: ClusterModel): void => {
    for (const kind of kinds)
      if (kind !== 'Secret') expect([kind, model.freshness(kind).state]).toEqual([kind, 'fresh'])
  }

  test('a model holds what the cluster has, and follows what becomes of it', async () => {
    const { model } = follow()
    await eventually(() => isFresh(model), 10_000)
    await eventually(() => expect([...model.inNamespace('Pod', 'default')]).toHaveLength(3), 10_000)
    expect(model.get('Deployment', 'default', 'web')?.template.spec.containers[0]?.image).toBe('web:1')
    await cluster.apply(deployment('web:2'))
    await eventually(() =>
      expect(model.get('Deployment', 'default', 'web')?.template.spec.containers[0]?.image).toBe('web:2'),
    )
    await cluster.kubectl(['delete', 'deployment', 'web', '--wait=false'])
    await eventually(() => expect(model.get('Deployment', 'default', 'web')).toBeUndefined())
    await eventually(() => expect([...model.inNamespace('Pod', 'default')]).toHaveLength(0), 10_000)
  })

  test('what may not be read is unknown, and the missing permission is named', async () => {
    const { model } = follow(cluster.kubeconfigFor('reader'))
    await eventually(() => expect(model.freshness('Pod').state).toBe('fresh'))
    await eventually(() =>
      expect(model.freshness('Service')).toMatchObject({ state: 'unknown', missingPermission: 'list services' }),
    )
    await eventually(() =>
      expect(model.freshness('Deployment')).toMatchObject({
        state: 'unknown',
        missingPermission: 'list deployments.apps',
      }),
    )
  })

  test('Secrets are read only in the namespaces that are named, and their values are not kept', async () => {
    const { model } = follow(cluster.kubeconfig, ['default'])
    await cluster.apply(
      'apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: default }\nstringData: { password: hunter2 }',
    )
    const secret = await eventually(() => model.get('Secret', 'default', 'db') ?? Promise.reject(new Error('not yet')))
    expect(Object.keys(secret.keys)).toEqual(['password'])
    expect(JSON.stringify(secret)).not.toContain('hunter2')
    expect(follow().model.freshness('Secret')).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('tier secrets'),
    })
  })

  test('a model is stale while the API server is away, and right again once it is back', async () => {
    const { model } = follow()
    await eventually(() => isFresh(model), 10_000)
    await cluster.apiserver.kill()
    await eventually(() => expect(model.freshness('Pod').state).toBe('stale'))
    await cluster.apiserver.start()
    await cluster.apply(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: later, namespace: default }\ndata: { A: "1" }',
    )
    await eventually(() => expect(model.get('ConfigMap', 'default', 'later')).toBeDefined(), 20_000)
    await eventually(() => isFresh(model), 20_000)
  })

  test('a client only reads: there is no other way than reviews to post', async () => {
    const { client } = follow()
    await expect(client.review('/api/v1/namespaces/default/configmaps', {})).rejects.toThrow(/only reads/)
    const review = { spec: { resourceAttributes: { verb: 'list', resource: 'pods' } } }
    const answer = await client.review('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)
    expect(answer).toMatchObject({ status: { allowed: true } })
  })
})
