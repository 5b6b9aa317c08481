import {
  describeReal,
  eventually,
  startKubernetes,
  startNodeAgent,
  type KubernetesCluster,
  type NodeAgent,
} from '@akashic/testbed'
import { writeFile } from 'node:fs/promises'
import { makeHome, type Home } from './testing/home.ts'
import { akashic, killAll, startProduct, type Product } from './testing/run-product.ts'

const deployment = (name: string, image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app, image: '${image}' }] } }
---`

describeReal('kubernetes', () => {
  let home: Home
  let cluster: KubernetesCluster
  let agent: NodeAgent
  let product: Product

  beforeAll(async () => {
    home = await makeHome()
    cluster = await startKubernetes()
    agent = await startNodeAgent(cluster, {
      nodes: [{ name: 'worker-1' }],
      registry: { images: ['web:1'] },
      metrics: true,
    })
    await cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }')
    await cluster.apply(deployment('web', 'web:1'))
    await writeFile(home.configFile, configuration(cluster.kubeconfig))
    product = await startProduct(home, { env: { AKASHIC_CONFIG: home.configFile } })
  }, 180_000)
  afterAll(async () => {
    await killAll()
    agent?.stop()
    await cluster?.stop()
    await home.remove()
  })

  const configuration = (kubeconfig: string): string => `
clusters: [{ name: main, kubeconfig: ${kubeconfig} }]
infra: { externalServices: [{ name: the cluster, url: "${cluster.url.replace('https', 'http')}/" }] }
components:
  - id: checkout
    name: Checkout
    critical: true
    targets: { kubernetes: { cluster: main, namespace: shop, kind: Deployment, name: checkout } }
    checks: [{ kind: tcp, host: 127.0.0.1, port: 1, interval: 1s, failureThreshold: 1 }]
`
  const get = async (path: string) => (await product.call('GET', path)).json

  test('what breaks becomes a finding, is explained, and ends when it is mended', async () => {
    await eventually(
      async () => expect((await get('/api/v1/infra/clusters')).items).toMatchObject([{ name: 'main', state: 'fresh' }]),
      20_000,
    )
    await cluster.apply(deployment('web', 'web:2'))
    const open = () => get('/api/v1/infra/findings?namespace=shop&severity=critical')
    await eventually(
      async () =>
        expect((await open()).items).toMatchObject([
          { rule: 'pod-image-pull', reason: expect.stringMatching(/ErrImagePull|ImagePullBackOff/) },
        ]),
      20_000,
    )

    const said = await akashic(home, 'why', 'web', '-n', 'shop', '--json')
    expect(said.code).toBe(4)
    expect(JSON.parse(said.stdout)).toMatchObject({
      state: 'succeeded',
      result: {
        verdict: 'cause_established',
        causes: [{ object: { kind: 'Deployment', name: 'web' }, isEstablished: true }],
      },
    })
    expect((await akashic(home, 'why', 'web', '-n', 'shop')).stdout).toMatch(
      /Deployment shop\/web: .*web:2.*registry has no such image/,
    )
    expect((await get('/api/v1/infra/changes?namespace=shop')).items[0]).toMatchObject({
      kind: 'rollout',
      object: { name: 'web' },
    })

    await cluster.apply(deployment('web', 'web:1'))
    await eventually(async () => expect((await open()).items).toEqual([]), 20_000)
    const resolved = await get('/api/v1/infra/findings?namespace=shop&state=resolved')
    expect(resolved.items).toEqual(
      expect.arrayContaining([expect.objectContaining({ rule: 'pod-image-pull', state: 'resolved' })]),
    )
    expect((await akashic(home, 'why', 'web', '-n', 'shop')).code).toBe(0)
  }, 90_000)

  test('the first look has five sections, and says by its exit code that something is wrong', async () => {
    await cluster.apply(deployment('typo', 'web:3'))
    await eventually(async () => expect((await akashic(home, 'diagnose')).stdout).toContain('web:3'), 30_000)
    const { code, stdout } = await akashic(home, 'diagnose')
    expect(code).toBe(1)
    for (const section of ['Cluster', 'Application', 'Database', 'Recent errors', 'External services'])
      expect(stdout).toContain(section)
    await cluster.kubectl(['delete', '-n', 'shop', 'deployment', 'typo'])
  }, 90_000)

  test('the nodes are told with their use', async () => {
    const { code, stdout } = await akashic(home, 'nodes')
    expect(code).toBe(0)
    expect(stdout).toMatch(/healthy +worker-1 +\d+ % +\d+ % +30 %/)
  }, 60_000)

  test('an incident that opens is diagnosed by itself', async () => {
    await cluster.apply(deployment('checkout', 'web:4'))
    const incident = await eventually(async () => {
      const [first] = (await get('/api/v1/incidents')).items
      return first ?? Promise.reject(new Error('no incident yet'))
    }, 40_000)
    await eventually(async () => {
      const { items } = await get(`/api/v1/infra/diagnoses?incident=${incident.id}`)
      expect(items).toMatchObject([{ state: 'succeeded', scope: { kind: 'component', component: 'checkout' } }])
    }, 40_000)
  }, 120_000)

  test('a workload, a cluster or a diagnosis that there is not is said to be so', async () => {
    expect((await akashic(home, 'why', 'nobody', '-n', 'shop')).stderr).toContain('no Deployment shop/nobody')
    expect((await akashic(home, 'nodes', '--cluster', 'elsewhere')).stderr).toContain('no cluster elsewhere')
    expect((await product.call('GET', '/api/v1/infra/diagnoses/nothing')).status).toBe(404)
  }, 60_000)
})
