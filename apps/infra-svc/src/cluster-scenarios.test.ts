import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describeReal, eventually, helmProgram, makeCertificate } from '@akashic/testbed'
import {
  deployment,
  service,
  startScenarioCluster,
  workload,
  type ScenarioCluster,
} from './testing/scenario-cluster.ts'

const timeoutMs = 60_000

describeReal('kubernetes', () => {
  let given: ScenarioCluster

  beforeAll(async () => {
    given = await startScenarioCluster({
      nodes: [
        { name: 'worker-1' },
        { name: 'worker-2', labels: { disk: 'ssd' } },
        { name: 'worker-3', labels: { dies: 'yes' } },
        { name: 'worker-4', labels: { pressed: 'yes' } },
        {
          name: 'worker-5',
          labels: { kept: 'yes' },
          taints: [{ key: 'dedicated', value: 'ml', effect: 'NoSchedule' }],
        },
      ],
      metrics: true,
      behaviour: ({ labels }) => {
        if (labels['app'] === 'nameless')
          return { healthyAfterMs: null, logs: ['Error: getaddrinfo EAI_AGAIN payments'] }
        if (labels['app'] === 'busy')
          return { cpu: 1, logs: ['request to http://upstream:80/ timed out after 5000 ms'] }
        if (labels['app'] === 'upstream')
          return { exitCode: 1, exitAfterMs: 300, logs: ['Error: UPSTREAM_KEY is not set'] }
        return undefined
      },
    })
    await given.cluster.apply(`apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n${coredns(1)}`)
  }, 120_000)
  afterAll(() => given?.stop())

  const coredns = (replicas: number): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: coredns, namespace: kube-system }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { k8s-app: kube-dns } }
  template: { metadata: { labels: { k8s-app: kube-dns } }, spec: { nodeSelector: { kubernetes.io/hostname: worker-1 }, containers: [{ name: coredns, image: 'coredns:1', ports: [{ containerPort: 53, protocol: UDP }] }] } }
---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec: { selector: { k8s-app: kube-dns }, ports: [{ name: dns, port: 53, protocol: UDP }] }
---`
  const apply = (...manifests: readonly string[]): Promise<void> => given.cluster.apply(manifests.join('\n'))
  const available = (name: string, namespace = 'shop'): Promise<void> =>
    eventually(async () => {
      const { status } = await given.cluster.request('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`)
      if (!status.availableReplicas) throw new Error(`${name} is not available yet`)
    }, 20_000)
  const namespace = (name: string): string => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n---`

  test(
    'a taint that the pod does not tolerate',
    async () => {
      await apply(deployment('dedicated', { pod: 'nodeSelector: { kept: "yes" }' }))
      const cause = await given.firstCause(workload('dedicated'), 'Deployment shop/dedicated')
      expect(cause.because).toContain('dedicated')
    },
    timeoutMs,
  )

  test(
    'a policy that cuts pods off from the name service',
    async () => {
      await apply(
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: tight, namespace: shop }\nspec: { podSelector: { matchLabels: { app: nameless } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }] }\n---',
        deployment('nameless', { container: 'readinessProbe: { httpGet: { port: 8080 } }' }),
      )
      await given.firstCause(workload('nameless'), 'NetworkPolicy shop/tight')
    },
    timeoutMs,
  )

  test(
    'a webhook whose backend is down',
    async () => {
      await apply(namespace('hooks'), service('guard', 'guard', 8443, 'hooks'))
      await apply(`apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: guard }
webhooks:
- name: guard.shop.example
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig: { service: { name: guard, namespace: hooks } }
  namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: guarded } }
  rules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
---`)
      await apply(namespace('guarded'), deployment('web', { namespace: 'guarded' }))
      const find = async () =>
        (await given.diagnose(workload('web', 'Deployment', 'guarded'))).symptoms.map(({ summary }) => summary).join()
      await eventually(async () => expect(await find()).toContain('guard.shop.example'), 10_000)
      await given.cluster.apply(
        deployment('guard', { namespace: 'hooks', image: 'guard:1', container: 'command: [x]', spec: '' }).replace(
          'replicas: 1',
          'replicas: 0',
        ),
      )
      await given.firstCause(workload('web', 'Deployment', 'guarded'), 'Deployment hooks/guard')
      await given.cluster.kubectl(['delete', 'validatingwebhookconfiguration', 'guard'])
    },
    timeoutMs,
  )

  test(
    'a certificate that has expired',
    async () => {
      const { key, cert } = await makeCertificate({ days: -2, name: 'shop.example' })
      const data = { 'tls.crt': Buffer.from(cert).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') }
      await apply(
        `apiVersion: v1\nkind: Secret\nmetadata: { name: shop-tls, namespace: shop }\ntype: kubernetes.io/tls\ndata: ${JSON.stringify(data)}\n---`,
        deployment('front'),
        service('front', 'front'),
        'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: front, namespace: shop }\nspec: { tls: [{ secretName: shop-tls, hosts: [shop.example] }], rules: [{ host: shop.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: front, port: { number: 80 } } } }] } }] }',
      )
      await given.firstCause(workload('front'), 'Secret shop/shop-tls')
    },
    timeoutMs,
  )

  test(
    'an autoscaler whose target has no requests',
    async () => {
      await apply(
        deployment('unasked'),
        'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: unasked, namespace: shop }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: unasked }, maxReplicas: 3, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }] }',
      )
      const cause = await given.firstCause(workload('unasked'), 'Deployment shop/unasked')
      expect(cause.because).toContain('request')
    },
    timeoutMs,
  )

  test(
    'an autoscaler at its maximum whose pods wait for an upstream that crashes',
    async () => {
      await apply(
        deployment('upstream'),
        service('upstream', 'upstream'),
        deployment('busy', {
          container: 'resources: { requests: { cpu: 100m } }, env: [{ name: UPSTREAM, value: "http://upstream" }]',
        }),
        'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: busy, namespace: shop }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: busy }, minReplicas: 1, maxReplicas: 2, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }] }',
      )
      await given.firstCause(workload('busy'), 'Deployment shop/upstream')
    },
    timeoutMs,
  )

  test(
    'a budget that keeps a node from being drained',
    async () => {
      await apply(
        deployment('guarded', { pod: 'nodeSelector: { disk: ssd }' }),
        'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: guarded, namespace: shop }\nspec: { minAvailable: 1, selector: { matchLabels: { app: guarded } } }',
      )
      await available('guarded')
      await given.cluster.kubectl(['cordon', 'worker-2'])
      await given.firstCause(workload('guarded'), 'PodDisruptionBudget shop/guarded')
      await given.cluster.kubectl(['uncordon', 'worker-2'])
    },
    timeoutMs,
  )

  test(
    'a rollout that its surge leaves no room for',
    async () => {
      const anti =
        'affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: apart } }, topologyKey: kubernetes.io/hostname }] } }\n      nodeSelector: { disk: ssd }'
      const spec =
        'progressDeadlineSeconds: 2\n  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }'
      await apply(deployment('apart', { pod: anti, spec }))
      await available('apart')
      await apply(deployment('apart', { pod: anti, spec, image: 'web:2' }))
      await given.firstCause(workload('apart'), 'Deployment shop/apart')
      await given.cluster.kubectl(['delete', '-n', 'shop', 'deployment', 'apart'])
    },
    timeoutMs,
  )

  test(
    'a node short of disk that evicts',
    async () => {
      await apply(deployment('evicted', { pod: 'nodeSelector: { pressed: "yes" }' }))
      await available('evicted')
      await given.agent.node('worker-4').pressure('DiskPressure', ({ metadata }) => metadata.labels?.app === 'evicted')
      await given.firstCause(workload('evicted'), 'Node worker-4')
    },
    timeoutMs,
  )

  test(
    'a node that dies, with pods that stay terminating',
    async () => {
      await apply(
        deployment('orphaned', {
          pod: 'nodeSelector: { dies: "yes" }\n      tolerations: [{ key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 1 }]',
        }),
      )
      await available('orphaned')
      given.agent.node('worker-3').stop()
      await given.firstCause(workload('orphaned'), 'Node worker-3')
    },
    timeoutMs,
  )

  test(
    'a cordoned node during maintenance is nobody’s trouble',
    async () => {
      await apply(namespace('calm'), deployment('calm', { namespace: 'calm' }))
      await available('calm', 'calm')
      await given.cluster.kubectl(['cordon', 'worker-2'])
      expect(await given.diagnose({ kind: 'namespace', namespace: 'calm' })).toMatchObject({
        verdict: 'nothing_wrong',
        symptoms: [],
      })
      const all = await given.diagnose({ kind: 'cluster' })
      expect(all.symptoms.filter(({ object }) => object.name === 'worker-2')).toEqual([])
      await given.cluster.kubectl(['uncordon', 'worker-2'])
    },
    timeoutMs,
  )

  test(
    'a release that hangs in an upgrade',
    async () => {
      const chart = await mkdtemp(join(tmpdir(), 'akashic-chart-'))
      await mkdir(join(chart, 'templates'))
      await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: shopping\nversion: 1.0.0\n')
      await writeFile(join(chart, 'templates', 'all.yaml'), deployment('shopping'))
      const flags = ['--kubeconfig', given.cluster.kubeconfig, '-n', 'shop']
      await promisify(execFile)(helmProgram(), ['install', 'shopping', chart, ...flags], { timeout: 60_000 })
      await available('shopping')
      // As a Helm leaves it that is killed in the middle: another revision that is pending.
      const path = '/api/v1/namespaces/shop/secrets'
      const secret = await given.cluster.request('GET', `${path}/sh.helm.release.v1.shopping.v1`)
      const { uid: _uid, resourceVersion: _version, managedFields: _fields, ...metadata } = secret.metadata
      const labels = {
        ...metadata.labels,
        version: '2',
        status: 'pending-upgrade',
        modifiedAt: String(Math.floor(Date.now() / 1_000) - 3_600),
      }
      await given.cluster.request('POST', path, {
        ...secret,
        metadata: { ...metadata, name: 'sh.helm.release.v1.shopping.v2', labels },
      })
      await given.firstCause(workload('shopping'), 'HelmRelease shop/shopping')
    },
    timeoutMs,
  )

  test(
    'a name service that is scaled to nothing',
    async () => {
      await apply(coredns(0))
      await given.firstCause(workload('coredns', 'Deployment', 'kube-system'), 'Deployment kube-system/coredns')
    },
    timeoutMs,
  )
})
