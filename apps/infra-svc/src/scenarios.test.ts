import { describeReal, eventually } from '@akashic/testbed'
import {
  configMap,
  deployment,
  service,
  startScenarioCluster,
  workload,
  type ScenarioCluster,
} from './testing/scenario-cluster.ts'

const timeoutMs = 60_000

/** What the processes of these tests do, as far as their environment tells them. */
const crash = (...logs: string[]) => ({ exitCode: 1, exitAfterMs: 500, logs })

describeReal('kubernetes', () => {
  let given: ScenarioCluster

  beforeAll(async () => {
    given = await startScenarioCluster({
      nodes: [
        { name: 'worker-1', labels: { 'topology.kubernetes.io/zone': 'a' } },
        { name: 'worker-2', labels: { 'topology.kubernetes.io/zone': 'b' } },
      ],
      registry: { images: ['web:1', 'web:2', 'private.example/web:1', 'migrate:1'], needSecret: ['private.example/'] },
      behaviour: ({ env, container, labels, attempt }) => {
        if (env['MODE'] === 'broken') return crash('Error: unknown mode')
        if (env['DATABASE_URL'] === 'nonsense') return crash('Error: DATABASE_URL is not valid')
        if (env['FEATURES']?.includes('!')) return crash('SyntaxError: Unexpected token in features')
        if (env['DATABASE_HOST'] === 'databse') return crash('Error: getaddrinfo ENOTFOUND databse')
        if (env['PGPASSWORD'] === 'new') return crash('FATAL:  password authentication failed for user "shop"')
        if (container === 'migrate')
          return {
            exitCode: 1,
            exitAfterMs: 100,
            logs: ['Applying 0042_orders', 'migration 0042_orders failed: relation "orders" already exists'],
          }
        if (labels['app'] === 'hungry' && attempt === 0) return { exitCode: 137, reason: 'OOMKilled', exitAfterMs: 200 }
        if (labels['app'] === 'heapful')
          return {
            exitCode: 134,
            exitAfterMs: 200,
            logs: ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
          }
        if (labels['app'] === 'mute') return { exitCode: 1, exitAfterMs: 500 }
        if (labels['app'] === 'segfault') return { exitCode: 139, exitAfterMs: 500 }
        if (labels['app'] === 'riddle') return crash('the ravens have left the tower')
        if (labels['app'] === 'sleeper') return { healthyAfterMs: null }
        if (labels['app'] === 'slow') return { healthyAfterMs: 60_000 }
        if (labels['app'] === 'caller')
          return { healthyAfterMs: null, logs: ['Error: connect ECONNREFUSED payments:80'] }
        if (labels['app'] === 'payments') return crash('Error: STRIPE_KEY is not set')
        return undefined
      },
    })
    await given.cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }')
    await addBystanders()
  }, 120_000)
  afterAll(() => given?.stop())

  /** Half a hundred troubles that have nothing to do with any scenario, and a rollout beside them that went well. */
  async function addBystanders(): Promise<void> {
    await given.cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: noise }')
    const names = Array.from({ length: 50 }, (_, index) => `bystander-${index}`)
    await given.cluster.apply(
      names.map((name) => deployment(name, { namespace: 'noise', image: 'web:none' })).join('\n'),
    )
    await given.cluster.apply(deployment('unrelated'))
    await given.cluster.apply(deployment('unrelated', { image: 'web:2' }))
  }

  const apply = (...manifests: readonly string[]): Promise<void> => given.cluster.apply(manifests.join('\n'))
  const available = (name: string): Promise<void> =>
    eventually(async () => {
      const { status } = await given.cluster.request('GET', `/apis/apps/v1/namespaces/shop/deployments/${name}`)
      if (!status.availableReplicas) throw new Error(`${name} is not available yet`)
    }, 20_000)

  test(
    'an image tag that does not exist',
    async () => {
      await apply(deployment('typo', { image: 'web:9' }))
      await eventually(async () => {
        const cause = await given.firstCause(workload('typo'), 'Deployment shop/typo')
        expect(cause.because).toContain('web:9')
        expect(cause.evidence.map(({ quote }) => quote).join()).toContain('not found')
      }, 20_000)
    },
    timeoutMs,
  )

  test(
    'a pull secret that is missing',
    async () => {
      await apply(
        deployment('secretless', { image: 'private.example/web:1', pod: 'imagePullSecrets: [{ name: regcred }]' }),
      )
      await given.firstCause(workload('secretless'), 'Secret shop/regcred')
    },
    timeoutMs,
  )

  test(
    'a ConfigMap without the key',
    async () => {
      await apply(
        configMap('settings', { A: '1' }),
        deployment('keyless', {
          container: 'env: [{ name: B, valueFrom: { configMapKeyRef: { name: settings, key: B } } }]',
        }),
      )
      await given.firstCause(workload('keyless'), 'ConfigMap shop/settings')
    },
    timeoutMs,
  )

  test(
    'a crash through a bad environment variable',
    async () => {
      await apply(deployment('nonsense', { container: 'env: [{ name: DATABASE_URL, value: nonsense }]' }))
      const cause = await given.firstCause(workload('nonsense'), 'Deployment shop/nonsense')
      expect(cause.because).toContain('DATABASE_URL')
    },
    timeoutMs,
  )

  test(
    'a rollout whose log says nothing of use, found by what it changed',
    async () => {
      await apply(deployment('moded', { container: 'env: [{ name: MODE, value: fine }]' }))
      await available('moded')
      await apply(deployment('moded', { container: 'env: [{ name: MODE, value: broken }]' }))
      const cause = await given.firstCause(workload('moded'), 'Deployment shop/moded')
      expect(cause.because).toContain('env[MODE]: fine -> broken')
    },
    timeoutMs,
  )

  test(
    'a migration that fails in an init container',
    async () => {
      await apply(deployment('migrating', { pod: 'initContainers: [{ name: migrate, image: "migrate:1" }]' }))
      const cause = await given.firstCause(workload('migrating'), 'Deployment shop/migrating')
      expect(cause.because).toContain('0042_orders')
    },
    timeoutMs,
  )

  test(
    'a container that was killed at its limit and runs again',
    async () => {
      await apply(deployment('hungry', { container: 'resources: { limits: { memory: 64Mi } }' }))
      const cause = await given.firstCause(workload('hungry'), 'Deployment shop/hungry')
      expect(cause.because).toContain('64Mi')
    },
    timeoutMs,
  )

  test(
    'a heap of V8 that ran full',
    async () => {
      await apply(deployment('heapful'))
      const cause = await given.firstCause(workload('heapful'), 'Deployment shop/heapful')
      expect(cause.because).toContain('max-old-space-size')
    },
    timeoutMs,
  )

  test(
    'a liveness probe that kills a slow starter',
    async () => {
      await apply(
        deployment('slow', {
          container: 'livenessProbe: { httpGet: { port: 8080 }, initialDelaySeconds: 5, periodSeconds: 5 }',
        }),
      )
      const cause = await given.firstCause(workload('slow'), 'Deployment shop/slow')
      expect(cause.because).toContain('liveness')
    },
    timeoutMs,
  )

  test.each([
    ['cpu', 'resources: { requests: { cpu: "64" } }', '', /cpu/],
    ['affinity', '', 'nodeSelector: { disk: ssd }', /disk/],
  ])(
    'a pod that no node takes, for %s',
    async (name, container, pod, words) => {
      await apply(deployment(`homeless-${name}`, { container, pod }))
      const cause = await given.firstCause(workload(`homeless-${name}`), `Deployment shop/homeless-${name}`)
      expect(cause.because).toMatch(words)
    },
    timeoutMs,
  )

  test(
    'a claim of a class that does not exist',
    async () => {
      await apply(
        'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data, namespace: shop }\nspec: { storageClassName: fast, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }\n---',
        deployment('stored', { pod: 'volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]' }),
      )
      await given.firstCause(workload('stored'), 'PersistentVolumeClaim shop/data')
    },
    timeoutMs,
  )

  test(
    'a volume in a zone where the pod may not run',
    async () => {
      await apply(
        `apiVersion: v1
kind: PersistentVolume
metadata: { name: zonal }
spec:
  capacity: { storage: 1Gi }
  accessModes: [ReadWriteOnce]
  storageClassName: ''
  hostPath: { path: /tmp }
  claimRef: { namespace: shop, name: zonal }
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: topology.kubernetes.io/zone, operator: In, values: [a] }] }] } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: zonal, namespace: shop }
spec: { storageClassName: '', volumeName: zonal, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---`,
        deployment('zonal', {
          pod: 'volumes: [{ name: data, persistentVolumeClaim: { claimName: zonal } }]\n      nodeSelector: { topology.kubernetes.io/zone: b }',
        }),
      )
      await given.firstCause(workload('zonal'), 'PersistentVolumeClaim shop/zonal')
    },
    timeoutMs,
  )

  test(
    'a typo in the selector of a Service',
    async () => {
      await apply(deployment('orders'), service('orders', 'order'))
      await available('orders')
      const cause = await given.firstCause(workload('orders'), 'Service shop/orders')
      expect(cause.because).toContain('app=order')
    },
    timeoutMs,
  )

  test(
    'a targetPort that no pod has',
    async () => {
      await apply(deployment('ported'), service('ported', 'ported', 9090))
      await given.firstCause(workload('ported'), 'Service shop/ported')
    },
    timeoutMs,
  )

  test(
    'a host that no Service has',
    async () => {
      await apply(
        configMap('lost', { DATABASE_HOST: 'databse' }),
        deployment('lost', { container: 'envFrom: [{ configMapRef: { name: lost } }]' }),
      )
      await given.firstCause(workload('lost'), 'ConfigMap shop/lost')
    },
    timeoutMs,
  )

  test(
    'a dependency that crashes for a reason of its own',
    async () => {
      await apply(
        deployment('payments'),
        service('payments', 'payments'),
        deployment('caller', {
          container: 'readinessProbe: { httpGet: { port: 8080 } }, env: [{ name: PAYMENTS, value: "http://payments" }]',
        }),
      )
      const cause = await given.firstCause(workload('caller'), 'Deployment shop/payments')
      expect(cause.chain.map(({ object }) => `${object.kind} ${object.name}`)).toEqual(
        expect.arrayContaining(['Deployment payments', 'Deployment caller']),
      )
    },
    timeoutMs,
  )

  test(
    'a ConfigMap whose change broke three workloads at once',
    async () => {
      const names = ['alpha', 'beta', 'gamma']
      const make = (name: string): string =>
        deployment(name, { container: 'envFrom: [{ configMapRef: { name: shared } }]' })
      await apply(configMap('shared', { FEATURES: 'a,b' }), ...names.map(make))
      for (const name of names) await available(name)
      await apply(configMap('shared', { FEATURES: 'a,!b' }))
      for (const name of names) await given.cluster.kubectl(['rollout', 'restart', '-n', 'shop', `deployment/${name}`])
      const cause = await given.firstCause(workload('beta'), 'ConfigMap shop/shared')
      expect(cause.points.map(({ says }) => says).join()).toMatch(/workloads that use it fail alike|was there before/)
    },
    timeoutMs,
  )

  test(
    'a password that is wrong after its Secret was changed',
    async () => {
      const secret = (password: string): string =>
        `apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\nstringData: { password: ${password} }\n---`
      await apply(
        secret('old'),
        deployment('logged', {
          container: 'env: [{ name: PGPASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]',
        }),
      )
      await available('logged')
      await apply(secret('new'))
      await given.cluster.kubectl(['rollout', 'restart', '-n', 'shop', 'deployment/logged'])
      await given.firstCause(workload('logged'), 'Secret shop/db')
    },
    timeoutMs,
  )

  test(
    'a quota that is used up',
    async () => {
      await apply(
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: small }\n---\napiVersion: v1\nkind: ResourceQuota\nmetadata: { name: pods, namespace: small }\nspec: { hard: { pods: "0" } }\n---',
      )
      await apply(deployment('crowded', { namespace: 'small' }))
      await given.firstCause(workload('crowded', 'Deployment', 'small'), 'ResourceQuota small/pods')
    },
    timeoutMs,
  )

  test(
    'a namespace whose security standard refuses the pods',
    async () => {
      await apply(
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: strict, labels: { pod-security.kubernetes.io/enforce: restricted } }\n---',
      )
      await apply(deployment('loose', { namespace: 'strict' }))
      const cause = await given.firstCause(workload('loose', 'Deployment', 'strict'), 'Deployment strict/loose')
      expect(cause.because).toContain('restricted')
    },
    timeoutMs,
  )

  test(
    'an Ingress to a Service that does not exist',
    async () => {
      await apply(
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: front }\n---',
        'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: shop, namespace: front }\nspec: { rules: [{ host: shop.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: nobody, port: { number: 80 } } } }] } }] }',
      )
      await given.firstCause({ kind: 'namespace', namespace: 'front' }, 'Ingress front/shop')
    },
    timeoutMs,
  )

  test.each([
    ['ends without a word', 'mute', 'crash-loop'],
    ['is killed by a fault of its memory', 'segfault', 'crash-loop'],
    ['says only what nobody knows the meaning of', 'riddle', 'crash-loop'],
    ['never becomes ready and does not say why', 'sleeper', 'probe-failing'],
  ])(
    'a process that %s has no cause that can be established',
    async (_, name, rule) => {
      await apply(deployment(name, { container: 'readinessProbe: { httpGet: { port: 8080 } }' }))
      await eventually(async () => {
        const { symptoms } = await given.diagnose(workload(name))
        expect(symptoms.map((symptom) => symptom.rule).join()).toContain(rule)
      }, 20_000)
      const { verdict, causes, summary } = await given.diagnose(workload(name))
      expect({ verdict, causes: causes.filter(({ isEstablished }) => isEstablished) }).toEqual({
        verdict: 'none_established',
        causes: [],
      })
      expect(summary).toContain('cause: none established')
    },
    timeoutMs,
  )

  test(
    'two faults at once are both named, apart',
    async () => {
      await apply(
        deployment('twice', { container: 'env: [{ name: DATABASE_URL, value: nonsense }]' }),
        service('twice', 'twice', 9_191),
      )
      await eventually(async () => {
        const { causes } = await given.diagnose(workload('twice'))
        const named = causes
          .filter(({ isEstablished }) => isEstablished)
          .map(({ object }) => `${object.kind} ${object.name}`)
        expect(named.toSorted()).toEqual(['Deployment twice', 'Service twice'])
      }, 20_000)
    },
    timeoutMs,
  )

  test(
    'the same view gives the same answer',
    async () => {
      const ask = async () => {
        const { at: _at, ...answer } = await given.diagnose(workload('unrelated'))
        return JSON.stringify(answer)
      }
      expect(await ask()).toBe(await ask())
    },
    timeoutMs,
  )

  test(
    'what is well has nothing to be told of',
    async () => {
      await apply(
        deployment('fine', { replicas: 2 }),
        service('fine', 'fine'),
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny, namespace: shop }\nspec: { podSelector: { matchLabels: { app: fine } }, policyTypes: [Ingress, Egress] }\n---',
        'apiVersion: batch/v1\nkind: Job\nmetadata: { name: done, namespace: shop }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: app, image: "web:1" }] } } }',
      )
      await available('fine')
      await eventually(
        async () =>
          expect(await given.diagnose(workload('fine'))).toMatchObject({ verdict: 'nothing_wrong', causes: [] }),
        10_000,
      )
      expect(await given.diagnose(workload('done', 'Job'))).toMatchObject({ verdict: 'nothing_wrong' })
    },
    timeoutMs,
  )
})
