import { describeReal, eventually } from '@akashic/testbed'
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
  let logs: readonly string[] = []

  beforeAll(async () => {
    given = await startScenarioCluster({
      nodes: [{ name: 'worker-1' }],
      behaviour: ({ labels }) => (labels['app.kubernetes.io/name'] === 'ingress-nginx' ? { logs } : undefined),
    })
    await given.cluster.apply(
      [
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: edge }\n---',
        'apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: nginx }\nspec: { controller: k8s.io/ingress-nginx }\n---',
        deployment('web'),
        service('web', 'web'),
        'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: front, namespace: shop }\nspec: { ingressClassName: nginx, rules: [{ host: shop.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }',
      ].join('\n'),
    )
  }, 120_000)
  afterAll(() => given?.stop())

  const addressOfWeb = () =>
    eventually(() => {
      const [slice] = [...given.model.inNamespace('EndpointSlice', 'shop')]
      const address = slice?.endpoints.find(({ isReady }) => isReady)?.addresses[0]
      return address ? Promise.resolve(address) : Promise.reject(new Error('web has no ready endpoint yet'))
    }, 20_000)

  /** A controller that writes these lines from its start. */
  async function controllerThatLogs(...lines: readonly string[]): Promise<void> {
    logs = lines
    await given.cluster.kubectl(['delete', 'deployment', '-n', 'edge', 'controller', '--ignore-not-found'])
    await given.cluster.apply(
      deployment('controller', { namespace: 'edge' }).replaceAll(
        'app: controller',
        'app.kubernetes.io/name: ingress-nginx',
      ),
    )
    await given.cluster.kubectl([
      'wait',
      '-n',
      'edge',
      'deployment/controller',
      '--for=condition=Available',
      '--timeout=30s',
    ])
  }

  test(
    'a controller that writes of requests alone says nothing of its routes',
    async () => {
      await addressOfWeb()
      await controllerThatLogs('10.0.0.9 - - "GET / HTTP/1.1" 200 12 host: "shop.example"')
      await eventually(
        async () => expect((await given.diagnose(workload('web'))).verdict).toBe('nothing_wrong'),
        20_000,
      )
    },
    timeoutMs,
  )

  test(
    'a route whose upstream refuses is told with the line of the controller that names it',
    async () => {
      const at = new Date().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
      const line = `${at} [error] 31#31: *1 connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://${await addressOfWeb()}:8080/", host: "shop.example"`
      await controllerThatLogs(line)
      await eventually(async () => {
        const { symptoms, causes } = await given.diagnose(workload('web'))
        expect(symptoms).toMatchObject([
          {
            rule: 'ingress-upstream-failing',
            object: { kind: 'Ingress', namespace: 'shop', name: 'front' },
            summary: expect.stringContaining('Connection refused'),
          },
        ])
        expect(causes[0]).toMatchObject({
          object: { kind: 'Service', namespace: 'shop', name: 'web' },
          evidence: [{ kind: 'log', object: { kind: 'Pod', namespace: 'edge' }, where: 'app', quote: line }],
        })
      }, 20_000)
    },
    timeoutMs,
  )
})
