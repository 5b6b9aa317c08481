import {
  describeReal,
  eventually,
  helmProgram,
  startKubernetes,
  startNodeAgent,
  type KubernetesCluster,
  type NodeAgent,
} from '@akashic/testbed'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeHome, type Home } from './testing/home.ts'
import { akashic, killAll, startProduct, type Product } from './testing/run-product.ts'

const deployment = (name: string, image: string, namespace = 'shop'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app, image: '${image}' }] } }
---`

const subject = 'subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: akashic }]'
const bindings = `
apiVersion: v1
kind: Namespace
metadata: { name: charts }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: akashic-observe }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: akashic-observe }
${subject}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: akashic-secrets, namespace: charts }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: akashic-secrets }
${subject}
`
const kubeletStats = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: akashic-kubelet-stats }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: akashic-kubelet-stats }
${subject}
`

const storage = `
apiVersion: v1
kind: Namespace
metadata: { name: store }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk-1 }
spec: { storageClassName: by-hand, accessModes: [ReadWriteOnce], capacity: { storage: 1Gi }, persistentVolumeReclaimPolicy: Retain, hostPath: { path: /disk } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: files, namespace: store }
spec: { storageClassName: by-hand, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: wanted, namespace: store }
spec: { storageClassName: fast, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: keeper, namespace: store }
spec:
  selector: { matchLabels: { app: keeper } }
  template:
    metadata: { labels: { app: keeper } }
    spec: { containers: [{ name: app, image: 'web:1' }], volumes: [{ name: files, persistentVolumeClaim: { claimName: files } }] }
`

const scaled = `
apiVersion: v1
kind: Namespace
metadata: { name: busy }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: busy }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: app, image: 'web:1', resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { memory: 128Mi } } }] }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: api, namespace: busy }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api }
  minReplicas: 2
  maxReplicas: 4
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 90 } } }]
`

describeReal('kubernetes', () => {
  let home: Home
  let cluster: KubernetesCluster
  let agent: NodeAgent
  let product: Product

  beforeAll(async () => {
    home = await makeHome()
    cluster = await startKubernetes({ tokens: [{ token: 'observer', user: 'akashic' }] })
    agent = await startNodeAgent(cluster, {
      nodes: [{ name: 'worker-1', claimsUsed: 0.94 }],
      registry: { images: ['web:1'] },
      metrics: true,
      podMetrics: () => ({ ai_requests_per_second: 1 }),
    })
    await cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }')
    await cluster.apply(deployment('web', 'web:1'))
    await cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: till }')
    await cluster.apply(deployment('checkout', 'web:4', 'till'))
    for (const file of ['observe', 'secrets', 'kubelet-stats']) {
      await cluster.apply(await readFile(new URL(`../../../deploy/kubernetes/${file}.yaml`, import.meta.url), 'utf8'))
    }
    await cluster.apply(bindings)
    await writeFile(home.configFile, configuration(cluster.kubeconfigFor('observer')))
    product = await startProduct(home, { env: { AKASHIC_CONFIG: home.configFile } })
  }, 180_000)
  afterAll(async () => {
    await killAll()
    agent?.stop()
    await cluster?.stop()
    await home.remove()
  })

  const configuration = (kubeconfig: string): string => `
clusters: [{ name: main, kubeconfig: ${kubeconfig}, secretNamespaces: [charts] }]
infra: { externalServices: [{ name: the cluster, url: "${cluster.url.replace('https', 'http')}/" }] }
components:
  - id: checkout
    name: Checkout
    critical: true
    targets: { kubernetes: { cluster: main, namespace: till, kind: Deployment, name: checkout } }
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

  test('the nodes are told with their use; their disks only to who may ask kubelets', async () => {
    const { nodeReports } = await get('/api/v1/infra/clusters/main/nodes')
    expect(nodeReports).toMatchObject([
      {
        status: 'unknown',
        resourceUsage: { cpu: { status: 'ok' } },
        diskUsage: { status: 'unknown' },
        unknown: ['kubelet: not allowed: get nodes/proxy, which the role akashic-kubelet-stats gives'],
      },
    ])
    await cluster.apply(kubeletStats)
    await eventually(async () => {
      const { code, stdout } = await akashic(home, 'nodes')
      expect(stdout).toMatch(/healthy +worker-1 +\d+ % +\d+ % +30 %/)
      expect(code).toBe(0)
    }, 20_000)
  }, 60_000)

  test('what it may do in the cluster is to read', async () => {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: 'shop' },
    }
    const ask = cluster.requestAs('observer')
    const { status } = await ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', review)
    const rules = status.resourceRules as { verbs: string[]; apiGroups: string[]; resources: string[] }[]
    const own = rules.filter(
      ({ apiGroups }) => !apiGroups.includes('authorization.k8s.io') && !apiGroups.includes('authentication.k8s.io'),
    )
    expect([...new Set(own.flatMap(({ verbs }) => verbs))].toSorted()).toEqual(['get', 'list', 'watch'])
    expect(own.flatMap(({ resources }) => resources)).not.toContain('secrets')
  }, 30_000)

  test('workloads are told the worst first with what is wrong, and a rollout with why its image fails', async () => {
    await cluster.apply(deployment('paper', 'web:7'))
    await eventually(async () => {
      const { code, stdout } = await akashic(home, 'workloads', '-n', 'shop', '--all')
      expect(stdout).toMatch(/^✖ 1 of 2 workloads in shop is not well\n/)
      expect(stdout).toMatch(/critical +Deployment +shop\/paper +0\/1 [\s\S]*healthy +Deployment +shop\/web +1\/1 /)
      expect(code).toBe(4)
    }, 20_000)
    const first = await get('/api/v1/infra/workloads?namespace=shop&limit=1')
    expect(first.items).toMatchObject([{ name: 'paper', images: ['web:7'], worst: { rule: 'pod-image-pull' } }])
    const second = await get(`/api/v1/infra/workloads?namespace=shop&limit=1&cursor=${first.nextCursor}`)
    expect(second).toMatchObject({ items: [{ name: 'web', status: 'healthy', worst: null }], nextCursor: null })
    const { stdout } = await akashic(home, 'rollout', 'status', 'paper', '-n', 'shop')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('web:7: the repository is there, and has no tag 7.')
    await cluster.kubectl(['delete', '-n', 'shop', 'deployment', 'paper'])
  }, 60_000)

  describe('with a rollout and a release', () => {
    test('a rollout tells what it changed, and the rollback that would help', async () => {
      await cluster.apply(deployment('web', 'web:9'))
      await eventually(
        async () =>
          expect((await akashic(home, 'rollout', 'status', 'web', '-n', 'shop')).stdout).toContain(
            'kubectl rollout undo',
          ),
        20_000,
      )
      const { stdout } = await akashic(home, 'rollout', 'diff', 'web', '-n', 'shop')
      expect(stdout).toMatch(/containers\[app\]\.image\n +- web:\d\n +\+ web:9/)
      await cluster.apply(deployment('web', 'web:1'))
    }, 60_000)

    test('a release is read without Helm, its secrets hidden, and is unknown where Secrets may not be read', async () => {
      const chart = await mkdtemp(join(tmpdir(), 'akashic-chart-'))
      await mkdir(join(chart, 'templates'))
      await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: web\nversion: 1.0.0\n')
      await writeFile(join(chart, 'values.yaml'), 'image: web:1\npassword: hunter2\n')
      await writeFile(
        join(chart, 'templates', 'web.yaml'),
        deployment('chart-web', '{{ .Values.image }}').replace('namespace: shop', 'namespace: charts'),
      )
      const helm = (...args: string[]) =>
        promisify(execFile)(helmProgram(), [...args, '--kubeconfig', cluster.kubeconfig, '-n', 'charts'], {
          timeout: 60_000,
        })
      await helm('install', 'web', chart)
      const listed = await akashic(home, 'helm', '-n', 'charts')
      expect(listed.stdout).toMatch(/deployed +charts\/web +1/)
      const shown = await akashic(home, 'helm', 'show', 'web', '-n', 'charts')
      expect(shown.stdout).toContain('are as the release says')
      expect(shown.stdout).not.toContain('hunter2')
      expect((await akashic(home, 'helm', '-n', 'shop')).stdout).toContain('needs tier secrets')
    }, 90_000)
  })

  test('an incident that opens is diagnosed by itself', async () => {
    const incident = await eventually(async () => {
      const [first] = (await get('/api/v1/incidents')).items
      return first ?? Promise.reject(new Error('no incident yet'))
    }, 40_000)
    await eventually(async () => {
      const { items } = await get(`/api/v1/infra/diagnoses?incident=${incident.id}`)
      expect(items).toMatchObject([{ state: 'succeeded', scope: { kind: 'component', components: ['checkout'] } }])
    }, 40_000)
    await eventually(async () => {
      const { items } = await get(`/api/v1/incidents/${incident.id}/timeline`)
      const [entry] = items.filter(({ kind }: { kind: string }) => kind === 'diagnosed')
      expect(entry).toMatchObject({
        actor: 'service:infra',
        body: {
          verdict: 'cause_established',
          cause: 'Deployment till/checkout',
          summary: expect.stringContaining('web:4'),
        },
      })
    }, 20_000)
    expect((await akashic(home, 'incident', 'timeline', incident.id)).stdout).toMatch(/diagnosed +service:infra/)
    const { items } = await get(`/api/v1/infra/diagnoses?incident=${incident.id}`)
    const followed = await product.call('GET', `${items[0].url}/events`)
    expect(followed.text).toMatch(/^event: finished\ndata: .*cause_established/)
  }, 120_000)

  test('a name is looked up as a pod would, and a way out to the internet is judged by policies', async () => {
    const { code, stdout } = await akashic(home, 'lookup', 'kubernetes', '-n', 'default')
    expect(code).toBe(5)
    expect(stdout).toContain('Service default/kubernetes has the address')
    expect((await akashic(home, 'lookup', 'nobody', '-n', 'shop')).stdout).toContain('there is no Service shop/nobody')
    expect((await akashic(home, 'lookup', 'a_b')).stderr).toContain('must be a host name')

    expect((await akashic(home, 'reach', 'web', 'internet:443', '-n', 'shop')).code).toBe(0)
    await cluster.apply(
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: inside, namespace: shop }\nspec: { podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }] }',
    )
    await eventually(async () => {
      const denied = await akashic(home, 'reach', 'web', 'internet:443', '-n', 'shop')
      expect([denied.code, denied.stdout]).toEqual([4, expect.stringContaining('NetworkPolicy inside selects')])
    }, 10_000)
    await cluster.kubectl(['delete', '-n', 'shop', 'networkpolicy', 'inside'])
  }, 60_000)

  test('storage is told with who uses it, how full it is, and why a claim waits', async () => {
    await cluster.apply(storage)
    await eventually(async () => {
      const { code, stdout } = await akashic(home, 'storage', '-n', 'store')
      expect(stdout).toMatch(/Bound +store\/files +1Gi +94 % +by-hand +Deployment keeper/)
      expect(stdout).toMatch(/Pending +store\/wanted +1Gi +fast/)
      expect(stdout).toContain('it names the storage class fast, which does not exist')
      expect(code).toBe(3)
    }, 30_000)
    const { findings } = await get('/api/v1/infra/clusters/main/storage?namespace=store')
    expect(findings.map(({ rule }: { rule: string }) => rule)).toEqual(['claim-near-full', 'claim-pending'])
    await cluster.kubectl(['delete', 'namespace', 'store', '--wait=false'])
  }, 60_000)

  test('a diagnosis looks back as far as it is asked to, and never into the future', async () => {
    expect((await akashic(home, 'why', '-n', 'till', '--since', '1h')).stdout).toMatch(
      /Deployment till\/checkout: .*web:4/,
    )
    await eventually(async () => {
      const { code, stdout } = await akashic(home, 'why', '-n', 'till', '--since', '1s')
      expect([code, stdout.replaceAll(/\s+/g, ' ')]).toEqual([
        5,
        expect.stringMatching(/older findings?, of before .* left out/),
      ])
    }, 20_000)
    const future = await akashic(home, 'why', '-n', 'till', '--since', '2126-01-01T00:00Z')
    expect([future.code, future.stderr]).toEqual([1, expect.stringContaining('since must not be in the future')])
    expect((await akashic(home, 'why', '--since', 'yesterday')).code).toBe(2)
    const refused = await product.call('POST', '/api/v1/infra/diagnoses', { since: 'yesterday' })
    expect([refused.status, refused.json.errors]).toMatchObject([400, [{ pointer: '/since' }]])
  }, 60_000)

  test('how a workload is scaled is told with a manifest that the API server takes, and its use is unknown at first', async () => {
    await cluster.apply(scaled)
    const path = '/api/v1/infra/autoscaling?namespace=busy'
    const report = await eventually(async () => {
      const seen = await get(path)
      const rules = seen.autoscalers?.[0]?.advice.map(({ rule }: { rule: string }) => rule)
      expect(rules).toEqual(['hpa-metric-unused', 'hpa-no-behavior', 'hpa-target-high'])
      return seen
    }, 40_000)
    expect(report).toMatchObject({ status: 'unknown', verticalAutoscalers: null, unknown: [] })
    expect(report.workloads[0].containers[0]).toMatchObject({ use: null, unknown: expect.stringMatching(/wait|asked/) })

    const told = await akashic(home, 'autoscale', 'audit', '-n', 'busy')
    expect(told.code).toBe(5)
    expect(told.stdout).toMatch(/\? unknown +Deployment busy\/api +\d +app +\? of 100m +\? of 64Mi/)
    const { stdout: manifests } = await akashic(home, 'autoscale', 'audit', '-n', 'busy', '--manifest')
    const dryRun = [
      'apply',
      '--server-side',
      '--force-conflicts',
      '--field-manager=akashic-proposal',
      '--dry-run=server',
    ]
    expect(await cluster.kubectl([...dryRun, '-f', '-'], manifests)).toBe(
      'horizontalpodautoscaler.autoscaling/api serverside-applied (server dry run)\n',
    )
    expect(manifests).toContain('name: ai_requests_per_second')
    expect((await product.call('GET', '/api/v1/infra/autoscaling?namespace=nowhere')).status).toBe(404)
    await cluster.kubectl(['delete', 'namespace', 'busy', '--wait=false'])
  }, 90_000)

  test('a workload, a cluster or a diagnosis that there is not is said to be so', async () => {
    expect((await akashic(home, 'why', 'nobody', '-n', 'shop')).stderr).toContain('no Deployment shop/nobody')
    expect((await akashic(home, 'nodes', '--cluster', 'elsewhere')).stderr).toContain('no cluster elsewhere')
    expect((await product.call('GET', '/api/v1/infra/diagnoses/nothing')).status).toBe(404)
  }, 60_000)
})
