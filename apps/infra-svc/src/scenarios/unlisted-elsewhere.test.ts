import { eventually, makeCertificate, type NodeAgentOptions } from '@akashic/testbed'
import { crash, unwell } from '../testing/processes.ts'
import { onStage, probed, scenario } from '../testing/stage.ts'
import { startWebhook, type WebhookServer } from '../testing/webhook-server.ts'

const nodes: NodeAgentOptions['nodes'] = [
  { name: 'worker-1' },
  { name: 'worker-2', labels: { tier: 'gold' } },
  { name: 'worker-3', labels: { late: 'yes' } },
]

/** Faults whose cause lies elsewhere than in the template that suffers, and for which no rule was written by name. */
onStage({ nodes }, (stage) => {
  const { cast } = stage
  const kubectl = (...args: readonly string[]): Promise<string> => stage.given.cluster.kubectl(args)
  /** Waits until it is available and was made in an earlier second than this: the cluster's times are whole seconds. */
  const settled = async (role: string): Promise<void> => {
    await stage.available(role)
    const availableAt = Date.now()
    await eventually(() => {
      if (Date.now() < availableAt + 1_000) throw new Error(`${role} was made just now`)
    }, 5_000)
  }
  const makePodsAgain = (role: string): Promise<string> =>
    kubectl('delete', 'pod', '-n', stage.namespace, '-l', `app=${cast.of(role)}`, '--wait=false')
  const config = (role: string): string => `volumes: [{ name: config, configMap: { name: ${cast.of(role)} } }]`
  const mounted = 'volumeMounts: [{ name: config, mountPath: /etc/app }]'

  describe('of what a pod is given', () => {
    scenario('a default of the namespace leaves it too little memory', async () => {
      const limits = 'limits: [{ type: Container, default: { memory: 64Mi } }]'
      await stage.apply(
        stage.space('tight'),
        `apiVersion: v1\nkind: LimitRange\n${stage.meta('tight/defaults')}\nspec: { ${limits} }`,
      )
      await stage.apply(
        stage.deployment('tight/squeezed', { run: { exitCode: 137, reason: 'OOMKilled', exitAfterMs: 300 } }),
      )
      const cause = await stage.firstCause('tight/squeezed', 'LimitRange tight/defaults')
      expect(cause.because).toContain('64Mi')
    })

    describe.each([
      ['lacks a file', 'lacking', 'panic: open /etc/app/rules.yaml: no such file or directory', 'rules.yaml'],
      ['holds what cannot be parsed', 'garbled', 'Error: failed to parse /etc/app/app.yaml: line 3', 'app.yaml'],
    ])('a ConfigMap %s', (_, role, line, key) => {
      scenario('that a process needs', async () => {
        await stage.apply(
          stage.configMap(role, { 'app.yaml': 'a: 1' }),
          stage.deployment(role, { pod: config(role), container: mounted, run: crash(line) }),
        )
        const cause = await stage.firstCause(role, `ConfigMap ${role}`)
        expect(cause.because).toContain(key)
      })
    })

    scenario('a pod writes more than it may, and is put out again and again', async () => {
      const pod = `nodeSelector: { kubernetes.io/hostname: ${cast.of('worker-1')} }`
      await stage.apply(stage.deployment('verbose', { pod }))
      await stage.available('verbose')
      const name = cast.of('verbose')
      const { runners } = stage.given.agent.node(cast.of('worker-1'))
      for (const runner of runners.values()) {
        if (runner.pod.metadata.labels?.app !== name) continue
        await runner.evict('Evicted', 'Container app exceeded its local ephemeral storage limit "1Gi". ')
      }
      const cause = await stage.firstCause('verbose', 'Deployment verbose')
      expect(cause.because).toContain('1Gi')
    })
  })

  describe('of admission', () => {
    let server: WebhookServer | undefined
    afterEach(() => server?.stop())
    const configuration = (kind: string, role: string, selects: string, { url, caBundle }: WebhookServer): string =>
      `apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}WebhookConfiguration
metadata: { name: ${cast.of(role)} }
webhooks:
- name: ${cast.of(role)}.shop.example
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig: { url: "${url}", caBundle: ${caBundle} }
  objectSelector: { matchLabels: { app: ${cast.of(selects)} } }
  rules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods] }]`

    /** What the API server answers to a pod of this role, without making it. */
    const tried = (role: string): Promise<string> =>
      kubectl(
        ...['run', 'tried', '-n', stage.namespace, '--image=web:1', `--labels=app=${cast.of(role)}`],
        ...['--dry-run=server', '-o', 'json'],
      ).catch(String)

    scenario('a webhook puts a variable in that a process cannot use', async () => {
      const env = [{ name: 'PROXY_URL', value: 'nonsense' }]
      server = await startWebhook([{ op: 'add', path: '/spec/containers/0/env', value: env }])
      await stage.apply(configuration('Mutating', 'proxies', 'proxied', server))
      await eventually(async () => expect(await tried('proxied')).toContain('PROXY_URL'), 20_000)
      await stage.apply(stage.deployment('proxied', { run: crash('Error: PROXY_URL is not valid') }))
      await stage.firstCause('proxied', 'MutatingWebhookConfiguration proxies')
      await kubectl('delete', 'mutatingwebhookconfiguration', cast.of('proxies'))
    })

    scenario('a webhook puts a container in whose image there is not', async () => {
      const beside = { name: 'beside', image: 'beside:9', imagePullPolicy: 'Never' }
      server = await startWebhook([{ op: 'add', path: '/spec/containers/-', value: beside }])
      await stage.apply(configuration('Mutating', 'meshes', 'meshed', server))
      await eventually(async () => expect(await tried('meshed')).toContain('beside:9'), 20_000)
      await stage.apply(stage.deployment('meshed'))
      await stage.firstCause('meshed', 'MutatingWebhookConfiguration meshes')
      await kubectl('delete', 'mutatingwebhookconfiguration', cast.of('meshes'))
    })

    scenario('a webhook whose certificate is not the one that is trusted', async () => {
      server = await startWebhook()
      const { cert } = await makeCertificate()
      const caBundle = Buffer.from(cert).toString('base64')
      await stage.apply(configuration('Validating', 'untrusted', 'checked', { ...server, caBundle }))
      await eventually(async () => expect(await tried('checked')).toContain('x509'), 20_000)
      await stage.apply(stage.deployment('checked'))
      await stage.firstCause('checked', 'ValidatingWebhookConfiguration untrusted')
    })
  })

  describe('of what was there before', () => {
    scenario('a node has lost the label that a workload asks for', async () => {
      await stage.apply(stage.deployment('golden', { pod: 'nodeSelector: { tier: gold }' }))
      await settled('golden')
      await kubectl('label', 'node', cast.of('worker-2'), 'tier-')
      await makePodsAgain('golden')
      const cause = await stage.firstCause('golden', 'Node worker-2')
      expect(cause.because).toContain('tier')
    })

    scenario('a node has a taint that it did not have', async () => {
      await stage.apply(stage.deployment('evening', { pod: 'nodeSelector: { late: "yes" }' }))
      await settled('evening')
      await kubectl('taint', 'node', cast.of('worker-3'), 'dedicated=gpu:NoSchedule')
      await makePodsAgain('evening')
      const cause = await stage.firstCause('evening', 'Node worker-3')
      expect(cause.because).toContain('dedicated')
      await kubectl('taint', 'node', cast.of('worker-3'), 'dedicated-')
    })

    scenario('a Secret that a process cannot use, and an innocent rollout just before', async () => {
      const manifest = (level: string, run?: ReturnType<typeof crash>): string => {
        const from = `valueFrom: { secretKeyRef: { name: ${cast.of('license')}, key: key } }`
        const container = `env: [{ name: LEVEL, value: ${level} }, { name: LICENSE_KEY, ${from} }]`
        return stage.deployment('licensed', { container, ...(run && { run }) })
      }
      await stage.apply(stage.secret('license', { key: 'a' }), manifest('info'))
      await stage.available('licensed')
      await stage.apply(manifest('warn', crash('Error: LICENSE_KEY is not valid')))
      await stage.withSecrets(() => stage.firstCause('licensed', 'Secret license'))
    })

    scenario('a claim is deleted while it is used, and the pods are made again', async () => {
      const name = cast.of('ledgers')
      await stage.apply(
        `apiVersion: v1
kind: PersistentVolume
metadata: { name: ${name} }
spec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], storageClassName: '', hostPath: { path: /tmp }, claimRef: { namespace: ${stage.namespace}, name: ${name} } }`,
        `apiVersion: v1
kind: PersistentVolumeClaim
${stage.meta('ledgers')}
spec: { storageClassName: '', volumeName: ${name}, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }`,
        stage.deployment('clerk', {
          pod: `volumes: [{ name: data, persistentVolumeClaim: { claimName: ${name} } }]`,
        }),
      )
      await stage.available('clerk')
      await kubectl('cordon', cast.of('worker-3'))
      await kubectl('delete', 'pvc', '-n', stage.namespace, name, '--wait=false')
      await stage.restart('clerk')
      await stage.firstCause('clerk', 'PersistentVolumeClaim ledgers')
      await kubectl('uncordon', cast.of('worker-3'))
    })

    scenario('the port of a Service was renamed, and its Ingress asks for the old', async () => {
      const service = (port: string): string =>
        `apiVersion: v1\nkind: Service\n${stage.meta('hall/counter')}\nspec: { selector: { app: ${cast.of('counter')} }, ports: [{ name: ${port}, port: 80, targetPort: 8080 }] }`
      const backend = `service: { name: ${cast.of('counter')}, port: { name: http } }`
      await stage.apply(stage.space('hall'))
      await stage.apply(
        stage.deployment('hall/counter'),
        service('http'),
        `apiVersion: networking.k8s.io/v1\nkind: Ingress\n${stage.meta('hall/counter')}\nspec: { rules: [{ host: c.example, http: { paths: [{ path: /, pathType: Prefix, backend: { ${backend} } }] } }] }`,
      )
      await settled('hall/counter')
      await stage.apply(service('web'))
      await stage.firstCause('Namespace hall', 'Service hall/counter')
    })
  })

  describe('of names', () => {
    scenario('an alias of a Service in another namespace, whose pods crash', async () => {
      const host = `${cast.of('archive')}.${cast.space('stores')}.svc.cluster.local`
      const alias = cast.of('archive-alias')
      await stage.apply(stage.space('stores'))
      await stage.apply(
        stage.deployment('stores/archive', { run: crash('Error: ARCHIVE_KEY is not set') }),
        stage.service('stores/archive'),
        `apiVersion: v1\nkind: Service\n${stage.meta('archive-alias')}\nspec: { type: ExternalName, externalName: ${host} }`,
        stage.caller('archivist', `http://${alias}`, `Error: connect ECONNREFUSED ${alias}:80`),
      )
      await stage.firstCause('archivist', 'Deployment stores/archive')
    })

    scenario('a pod of the host’s network that finds no name of the cluster', async () => {
      const host = cast.of('found')
      const run = unwell(`Error: getaddrinfo ENOTFOUND ${host}`)
      const container = `${probed}, env: [{ name: CALLS, value: "http://${host}" }]`
      await stage.apply(
        stage.deployment('found'),
        stage.service('found'),
        stage.deployment('outsider', { pod: 'hostNetwork: true', container, run }),
      )
      const cause = await stage.firstCause('outsider', 'Deployment outsider')
      expect(cause.because).toContain('ClusterFirstWithHostNet')
    })
  })

  describe('well is', () => {
    scenario('a process that remarks on a file which it can do without', async () => {
      const run = { logs: ['WARN open /etc/app/rules.yaml: no such file or directory', 'listening on 8080'] }
      await stage.apply(
        stage.configMap('lenient', { 'app.yaml': 'a: 1' }),
        stage.deployment('lenient', { pod: config('lenient'), container: `${probed}, ${mounted}`, run }),
      )
      await stage.available('lenient')
      await stage.nothingWrong('lenient')
    })

    scenario('a pod in whose stead another runs since it was put out for its node’s sake', async () => {
      const pod = `nodeSelector: { kubernetes.io/hostname: ${cast.of('worker-1')} }`
      await stage.apply(stage.deployment('replaced', { pod }))
      await stage.available('replaced')
      const name = cast.of('replaced')
      for (const runner of stage.given.agent.node(cast.of('worker-1')).runners.values()) {
        if (runner.pod.metadata.labels?.app !== name) continue
        await runner.evict('Evicted', 'The node was low on resource: memory. ')
      }
      await stage.available('replaced')
      await stage.nothingWrong('replaced')
    })

    scenario('a workload that asks for no label of a node which lost one', async () => {
      await stage.apply(stage.deployment('carefree', { replicas: 2 }), stage.service('carefree'))
      await stage.available('carefree')
      await kubectl('label', 'node', cast.of('worker-1'), 'colour=blue')
      await kubectl('label', 'node', cast.of('worker-1'), 'colour-')
      await stage.nothingWrong('carefree')
    })
  })
})
