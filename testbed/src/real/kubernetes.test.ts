import { eventually } from '../eventually.ts'
import { describeReal } from '../describe-real.ts'
import { startNodeAgent, type NodeAgent } from '../node-agent/node-agent.ts'
import { startKubernetes, type KubernetesCluster } from './kubernetes/cluster.ts'
import type { ApiObject } from './kubernetes/api.ts'

describeReal('kubernetes', () => {
  let cluster: KubernetesCluster
  let agent: NodeAgent

  beforeAll(async () => {
    cluster = await startKubernetes({ tokens: [{ token: 'nobody', user: 'nobody' }] })
    agent = await startNodeAgent(cluster, {
      nodes: [{ name: 'worker-1' }, { name: 'worker-2' }],
      registry: { images: ['web:1', 'worker:1'], needSecret: ['private.example/'] },
      behaviour: ({ env }) =>
        env['DATABASE_URL'] === 'nonsense'
          ? { exitCode: 1, exitAfterMs: 50, logs: ['Error: DATABASE_URL is not valid'] }
          : undefined,
      metrics: true,
    })
  }, 120_000)
  afterAll(async () => {
    agent?.stop()
    await cluster?.stop()
  })

  const deployment = (name: string, container: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: default }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, ${container} }] }
`
  const podsOf = async (name: string): Promise<ApiObject[]> =>
    (await cluster.request('GET', `/api/v1/namespaces/default/pods?labelSelector=app%3D${name}`)).items
  const waiting = (pods: ApiObject[]): string => pods[0]?.status.containerStatuses?.[0]?.state.waiting?.reason

  test('a Deployment becomes available on the nodes of the agent', async () => {
    await cluster.apply(deployment('web', 'image: "web:1"'))
    await eventually(async () => {
      const { status } = await cluster.request('GET', '/apis/apps/v1/namespaces/default/deployments/web')
      expect(status.availableReplicas).toBe(2)
    }, 20_000)
  })

  test('a token without rights is refused by RBAC', async () => {
    await expect(cluster.requestAs('nobody')('GET', '/api/v1/pods')).rejects.toThrow(/403.*cannot list resource/s)
  })

  test('an image that the registry does not have ends in ImagePullBackOff with the words of the runtime', async () => {
    await cluster.apply(deployment('typo', 'image: "web:2"'))
    await eventually(async () => expect(waiting(await podsOf('typo'))).toBe('ImagePullBackOff'), 20_000)
    const events = await cluster.kubectl(['get', 'events', '-o', 'json'])
    expect(events).toContain('docker.io/library/web:2: not found')
  })

  test('a missing ConfigMap key is a CreateContainerConfigError', async () => {
    await cluster.apply(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: default }\ndata: { A: '1' }`,
    )
    const env = 'env: [{ name: B, valueFrom: { configMapKeyRef: { name: settings, key: B } } }]'
    await cluster.apply(deployment('keyless', `image: "web:1", ${env}`))
    await eventually(async () => expect(waiting(await podsOf('keyless'))).toBe('CreateContainerConfigError'), 20_000)
  })

  test('a process that ends crash-loops, and kubectl shows what the run before it wrote', async () => {
    await cluster.apply(deployment('crashing', 'image: "web:1", env: [{ name: DATABASE_URL, value: nonsense }]'))
    await eventually(async () => expect(waiting(await podsOf('crashing'))).toBe('CrashLoopBackOff'), 20_000)
    const [pod] = await podsOf('crashing')
    await eventually(async () => {
      expect(await cluster.kubectl(['logs', '--previous', pod.metadata.name])).toContain('DATABASE_URL is not valid')
    }, 10_000)
  })

  test('the use of resources comes through the proxy and metrics.k8s.io', async () => {
    const summary = await cluster.request('GET', '/api/v1/nodes/worker-1/proxy/stats/summary')
    expect(summary.node).toMatchObject({ nodeName: 'worker-1', fs: { capacityBytes: 107_374_182_400 } })
    const { items } = await cluster.request('GET', '/apis/metrics.k8s.io/v1beta1/nodes')
    expect(items).toHaveLength(2)
  })

  test('a pod that asks for too much is not scheduled, and the scheduler says why', async () => {
    await cluster.apply(deployment('huge', 'image: "web:1", resources: { requests: { cpu: "64" } }'))
    await eventually(async () => {
      const [pod] = await podsOf('huge')
      expect(pod?.status.conditions?.[0]?.message).toContain('Insufficient cpu')
    }, 20_000)
  })

  test('a node that dies becomes Unknown and is tainted', async () => {
    agent.node('worker-2').stop()
    await eventually(async () => {
      const node = await cluster.request('GET', '/api/v1/nodes/worker-2')
      expect(node.status.conditions.find(({ type }: ApiObject) => type === 'Ready').status).toBe('Unknown')
      expect(JSON.stringify(node.spec.taints)).toContain('node.kubernetes.io/unreachable')
    }, 30_000)
  })

  test('an API server that was killed has everything again once it is back', async () => {
    await cluster.apiserver.kill()
    await cluster.apiserver.start()
    expect((await podsOf('web')).length).toBeGreaterThan(0)
  })
})
