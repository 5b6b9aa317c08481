import { crash, unwell } from '../testing/processes.ts'
import { onStage, probed, scenario } from '../testing/stage.ts'

const zone = 'topology.kubernetes.io/zone'
const images = ['web:1', 'web:2', 'private.example/web:1', 'migrate:1']
const nodes = [
  { name: 'worker-1', labels: { [zone]: 'a' } },
  { name: 'worker-2', labels: { [zone]: 'b' } },
]

onStage({ nodes, registry: { images, needSecret: ['private.example/'] } }, (stage) => {
  const { cast } = stage

  scenario('an image tag that does not exist', async () => {
    await stage.apply(stage.deployment('typo', { image: 'web:9' }))
    const cause = await stage.firstCause('typo', 'Deployment typo')
    expect(cause.because).toContain('web:9')
    expect(cause.evidence.map(({ quote }) => quote).join()).toContain('not found')
  })

  scenario('a pull secret that is missing', async () => {
    const pod = `imagePullSecrets: [{ name: ${cast.of('regcred')} }]`
    await stage.apply(stage.deployment('secretless', { image: 'private.example/web:1', pod }))
    await stage.firstCause('secretless', 'Secret regcred')
  })

  scenario('a ConfigMap without the key', async () => {
    const container = `env: [{ name: B, valueFrom: { configMapKeyRef: { name: ${cast.of('settings')}, key: B } } }]`
    await stage.apply(stage.configMap('settings', { A: '1' }), stage.deployment('keyless', { container }))
    await stage.firstCause('keyless', 'ConfigMap settings')
  })

  scenario('a crash through a bad environment variable', async () => {
    const run = crash('Error: DATABASE_URL is not valid')
    await stage.apply(
      stage.deployment('nonsense', { run, container: 'env: [{ name: DATABASE_URL, value: nonsense }]' }),
    )
    const cause = await stage.firstCause('nonsense', 'Deployment nonsense')
    expect(cause.because).toContain('DATABASE_URL')
  })

  scenario('a rollout whose log says nothing of use, found by what it changed', async () => {
    const moded = (mode: string): string =>
      stage.deployment('moded', {
        container: `env: [{ name: LAST_WORDS, value: "Error: it cannot be so" }, { name: MODE, value: ${mode} }]`,
      })
    await stage.apply(moded('fine'))
    await stage.available('moded')
    await stage.apply(moded('broken'))
    const cause = await stage.firstCause('moded', 'Deployment moded')
    expect(cause.because).toContain('env[MODE]: fine -> broken')
  })

  scenario('a migration that fails in an init container', async () => {
    const words = 'Applying 0042_orders\nmigration 0042_orders failed: relation "orders" already exists'
    const env = JSON.stringify([
      { name: 'LAST_WORDS', value: words },
      { name: 'SCHEMA', value: 'broken' },
    ])
    await stage.apply(
      stage.deployment('migrating', { pod: `initContainers: [{ name: migrate, image: "migrate:1", env: ${env} }]` }),
    )
    const cause = await stage.firstCause('migrating', 'Deployment migrating')
    expect(cause.because).toContain('0042_orders')
  })

  scenario('a container that was killed at its limit and runs again', async () => {
    const container = 'resources: { limits: { memory: 64Mi } }'
    await stage.apply(stage.deployment('hungry', { container, does: 'outgrow-its-memory-once' }))
    const cause = await stage.firstCause('hungry', 'Deployment hungry')
    expect(cause.because).toContain('64Mi')
  })

  scenario('a heap of V8 that ran full', async () => {
    const logs = ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory']
    await stage.apply(stage.deployment('heapful', { run: { exitCode: 134, exitAfterMs: 200, logs } }))
    const cause = await stage.firstCause('heapful', 'Deployment heapful')
    expect(cause.because).toContain('max-old-space-size')
  })

  scenario('a liveness probe that kills a slow starter', async () => {
    const container = 'livenessProbe: { httpGet: { port: 8080 }, initialDelaySeconds: 5, periodSeconds: 5 }'
    await stage.apply(stage.deployment('slow', { container, run: { healthyAfterMs: 60_000 } }))
    const cause = await stage.firstCause('slow', 'Deployment slow')
    expect(cause.because).toContain('liveness')
  })

  scenario('a ConfigMap whose change broke three workloads at once', async () => {
    const names = ['alpha', 'beta', 'gamma']
    const words = 'env: [{ name: LAST_WORDS, value: "SyntaxError: Unexpected token in features" }]'
    const container = `${words}, envFrom: [{ configMapRef: { name: ${cast.of('shared')} } }]`
    await stage.apply(
      stage.configMap('shared', { FEATURES: 'fine' }),
      ...names.map((name) => stage.deployment(name, { container })),
    )
    for (const name of names) await stage.available(name)
    await stage.apply(stage.configMap('shared', { FEATURES: 'broken' }))
    for (const name of names) await stage.restart(name)
    const cause = await stage.firstCause('beta', 'ConfigMap shared')
    await stage.firstCause('Component alpha beta gamma', 'ConfigMap shared')
    await stage.firstCause('Cluster', 'ConfigMap shared')
    expect(cause.points.map(({ says }) => says).join()).toMatch(/workloads that use it fail alike|was there before/)
  })

  scenario('a password that is wrong after its Secret was changed', async () => {
    const words = '{ name: LAST_WORDS, value: "FATAL:  password authentication failed for user \\"shop\\"" }'
    const from = `{ name: PGPASSWORD, valueFrom: { secretKeyRef: { name: ${cast.of('login')}, key: password } } }`
    await stage.apply(
      stage.secret('login', { password: 'fine' }),
      stage.deployment('logged', { container: `env: [${words}, ${from}]` }),
    )
    await stage.available('logged')
    await stage.apply(stage.secret('login', { password: 'broken' }))
    await stage.restart('logged')
    await stage.firstCause('logged', 'Secret login')
  })

  describe.each([
    ['cpu', 'resources: { requests: { cpu: "9" } }', '', /cpu/],
    ['affinity', '', 'nodeSelector: { disk: ssd }', /disk/],
  ])('a pod that no node takes', (name, container, pod, words) => {
    scenario(`for ${name}`, async () => {
      await stage.apply(stage.deployment(`homeless-${name}`, { container, pod }))
      const cause = await stage.firstCause(`homeless-${name}`, `Deployment homeless-${name}`)
      expect(cause.because).toMatch(words)
      await stage.mend(cause)
      await stage.nothingWrong(`homeless-${name}`)
    })
  })

  scenario('a claim of a class that does not exist', async () => {
    const pod = `volumes: [{ name: data, persistentVolumeClaim: { claimName: ${cast.of('data')} } }]`
    await stage.apply(
      `apiVersion: v1\nkind: PersistentVolumeClaim\n${stage.meta('data')}\nspec: { storageClassName: fast, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }`,
      stage.deployment('stored', { pod }),
    )
    await stage.firstCause('stored', 'PersistentVolumeClaim data')
  })

  scenario('a volume in a zone where the pod may not run', async () => {
    const name = cast.of('zonal')
    await stage.apply(
      `apiVersion: v1
kind: PersistentVolume
metadata: { name: ${name} }
spec:
  capacity: { storage: 1Gi }
  accessModes: [ReadWriteOnce]
  storageClassName: ''
  hostPath: { path: /tmp }
  claimRef: { namespace: ${stage.namespace}, name: ${name} }
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: ${zone}, operator: In, values: [a] }] }] } }`,
      `apiVersion: v1
kind: PersistentVolumeClaim
${stage.meta('zonal')}
spec: { storageClassName: '', volumeName: ${name}, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }`,
      stage.deployment('zonal', {
        pod: `volumes: [{ name: data, persistentVolumeClaim: { claimName: ${name} } }]\n      nodeSelector: { ${zone}: b }`,
      }),
    )
    await stage.firstCause('zonal', 'PersistentVolumeClaim zonal')
  })

  describe.each([
    ['ends without a word', 'mute', { exitCode: 1, exitAfterMs: 500 }, 'pod-crash-loop'],
    ['is killed by a fault of its memory', 'segfault', { exitCode: 139, exitAfterMs: 500 }, 'pod-crash-loop'],
    ['is killed by nobody knows whom', 'killed', { exitCode: 137, exitAfterMs: 500 }, 'pod-crash-loop'],
    ['says only what nobody knows', 'riddle', crash('the ravens have left the tower'), 'pod-crash-loop'],
    ['has lost its license', 'unlicensed', crash('License expired on 2026-11-01'), 'pod-crash-loop'],
    ['cannot read its disk', 'scratched', crash('EIO: i/o error, read'), 'pod-crash-loop'],
    ['fills the disk of its container', 'filling', crash('ENOSPC: no space left on device, write'), 'pod-crash-loop'],
    ['misses its neighbour on localhost', 'alone', crash('connect ECONNREFUSED 127.0.0.1:6379'), 'pod-crash-loop'],
    ['waits for what is no host', 'patient', unwell('waiting for server to accept clients'), 'pod-probe-failing'],
    ['never becomes ready and does not say why', 'sleeper', unwell(), 'pod-probe-failing'],
  ])('a process that %s', (_, name, run, rule) => {
    scenario('has no cause that can be established', async () => {
      await stage.apply(stage.deployment(name, { run, container: probed }))
      await stage.noCause(name, rule)
    })
  })

  scenario('the same view gives the same answer', async () => {
    const ask = async () => {
      const { at: _at, ...answer } = await stage.diagnose('unrelated')
      return JSON.stringify(answer)
    }
    expect(await ask()).toBe(await ask())
  })

  scenario('what is well has nothing to be told of', async () => {
    await stage.apply(
      stage.deployment('fine', { replicas: 2 }),
      stage.service('fine'),
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${stage.meta('deny')}\nspec: { podSelector: { matchLabels: { app: ${cast.of('fine')} } }, policyTypes: [Ingress, Egress] }`,
      `apiVersion: batch/v1\nkind: Job\n${stage.meta('done')}\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: app, image: "web:1" }] } } }`,
    )
    await stage.available('fine')
    await stage.nothingWrong('fine')
    await stage.nothingWrong('Job done')
  })
})
