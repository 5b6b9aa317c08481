import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { helmProgram, type NodeAgentOptions } from '@akashic/testbed'
import { crash } from '../testing/processes.ts'
import { onStage, scenario } from '../testing/stage.ts'

const nodes: NodeAgentOptions['nodes'] = [
  { name: 'worker-1' },
  { name: 'worker-2', labels: { disk: 'ssd' } },
  { name: 'worker-3', labels: { dies: 'yes' } },
  { name: 'worker-4', labels: { pressed: 'yes' } },
  { name: 'worker-5', labels: { kept: 'yes' }, taints: [{ key: 'dedicated', value: 'ml', effect: 'NoSchedule' }] },
]

onStage({ nodes, metrics: true }, (stage) => {
  const { cast } = stage
  const scaler = (role: string, bounds: string): string =>
    `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n${stage.meta(role)}\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${cast.of(role)} }, ${bounds}, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }] }`
  const budget = (role: string): string =>
    `apiVersion: policy/v1\nkind: PodDisruptionBudget\n${stage.meta(role)}\nspec: { minAvailable: 1, selector: { matchLabels: { app: ${cast.of(role)} } } }`
  const kubectl = (...args: readonly string[]): Promise<string> => stage.given.cluster.kubectl(args)

  scenario('a quota that is used up', async () => {
    const quota = `apiVersion: v1\nkind: ResourceQuota\n${stage.meta('small/pods')}\nspec: { hard: { pods: "0" } }`
    await stage.apply(stage.space('small'), quota)
    await stage.apply(stage.deployment('small/crowded'))
    await stage.firstCause('small/crowded', 'ResourceQuota small/pods')
  })

  scenario('a namespace whose security standard refuses the pods', async () => {
    await stage.apply(stage.space('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' }))
    await stage.apply(stage.deployment('strict/loose'))
    const cause = await stage.firstCause('strict/loose', 'Deployment strict/loose')
    expect(cause.because).toContain('restricted')
    await stage.mend(cause)
    await stage.nothingWrong('strict/loose')
    await kubectl('delete', '-n', cast.space('strict'), 'deployment', cast.of('loose'))
  })

  scenario('a taint that the pod does not tolerate', async () => {
    await stage.apply(stage.deployment('dedicated', { pod: 'nodeSelector: { kept: "yes" }' }))
    const cause = await stage.firstCause('dedicated', 'Deployment dedicated')
    expect(cause.because).toContain('dedicated')
    await stage.mend(cause)
    await stage.nothingWrong('dedicated')
  })

  scenario('a webhook whose backend is down', async () => {
    await stage.apply(stage.space('hooks'), stage.service('hooks/guard', 'guard', 8443))
    await stage.apply(stage.deployment('hooks/guard', { replicas: 0 }))
    await stage.apply(`apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: ${cast.of('guard')} }
webhooks:
- name: guard.shop.example
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig: { service: { name: ${cast.of('guard')}, namespace: ${cast.space('hooks')} } }
  namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${cast.space('guarded')} } }
  rules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods] }]`)
    await stage.apply(stage.space('guarded'), stage.deployment('guarded/web'))
    const cause = await stage.firstCause('guarded/web', 'Deployment hooks/guard')
    expect(cause.chain.map(({ object }) => object.kind)).toEqual(
      expect.arrayContaining(['ValidatingWebhookConfiguration', 'Service']),
    )
    await kubectl('delete', '-n', cast.space('hooks'), 'service', cast.of('guard'))
    await stage.firstCause('guarded/web', 'ValidatingWebhookConfiguration guard')
    await kubectl('delete', 'validatingwebhookconfiguration', cast.of('guard'))
    await stage.nothingWrong('guarded/web')
  })

  scenario('an autoscaler whose target has no requests', async () => {
    await stage.apply(stage.deployment('unasked'), scaler('unasked', 'maxReplicas: 3'))
    const cause = await stage.firstCause('unasked', 'Deployment unasked')
    expect(cause.because).toContain('request')
  })

  scenario('an autoscaler at its maximum whose pods wait for an upstream that crashes', async () => {
    const upstream = cast.of('upstream')
    await stage.apply(
      stage.deployment('upstream', { run: crash('Error: UPSTREAM_KEY is not set') }),
      stage.service('upstream'),
      stage.deployment('busy', {
        container: `resources: { requests: { cpu: 100m } }, env: [{ name: UPSTREAM, value: "http://${upstream}" }]`,
        run: { cpu: 1, logs: [`request to http://${upstream}:80/ timed out after 5000 ms`] },
      }),
      scaler('busy', 'minReplicas: 1, maxReplicas: 2'),
    )
    await stage.answerTo('busy', 'hpa-at-max')
    const cause = await stage.firstCause('busy', 'Deployment upstream')
    expect(cause.chain.map(({ object }) => object.kind)).toContain('HorizontalPodAutoscaler')
  })

  scenario('a budget that keeps a node from being drained', async () => {
    await stage.apply(stage.deployment('guarded', { pod: 'nodeSelector: { disk: ssd }' }), budget('guarded'))
    await stage.available('guarded')
    await kubectl('cordon', cast.of('worker-2'))
    await stage.firstCause('guarded', 'PodDisruptionBudget guarded')
    await kubectl('uncordon', cast.of('worker-2'))
  })

  scenario('a rollout that its surge leaves no room for, and a budget beside it', async () => {
    const apart = (image: string): string =>
      stage.deployment('apart', {
        image,
        pod: `affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: ${cast.of('apart')} } }, topologyKey: kubernetes.io/hostname }] } }\n      nodeSelector: { disk: ssd }`,
        spec: 'progressDeadlineSeconds: 2\n  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }',
      })
    await stage.apply(apart('web:1'), budget('apart'))
    await stage.available('apart')
    await stage.apply(apart('web:2'))
    await stage.answerTo('apart', 'deployment-stuck')
    const cause = await stage.firstCause('apart', 'Deployment apart')
    expect(cause.because).toContain('maxUnavailable 0')
    await kubectl('delete', '-n', stage.namespace, 'deployment', cast.of('apart'))
  })

  scenario('a node short of disk that evicts', async () => {
    await stage.apply(stage.deployment('evicted', { pod: 'nodeSelector: { pressed: "yes" }' }))
    await stage.available('evicted')
    const name = cast.of('evicted')
    await stage.given.agent
      .node(cast.of('worker-4'))
      .pressure('DiskPressure', ({ metadata }) => metadata.labels?.app === name)
    await stage.answerTo('evicted', 'pod-evicted')
    const cause = await stage.firstCause('evicted', 'Node worker-4')
    expect(cause.because).toContain('disk')
  })

  scenario('a node that dies after a rollout, with pods that stay terminating', async () => {
    const away = '{ key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 1 }'
    const pod = `nodeSelector: { dies: "yes" }\n      tolerations: [${away}]\n      terminationGracePeriodSeconds: 1`
    for (const level of ['info', 'warn']) {
      await stage.apply(
        stage.deployment('orphaned', {
          pod,
          container: `env: [{ name: LEVEL, value: ${level} }]`,
          spec: 'strategy: { type: Recreate }',
        }),
      )
      await stage.available('orphaned')
    }
    await stage.apply(stage.deployment('stranded', { pod: 'nodeSelector: { dies: "yes" }' }), stage.service('stranded'))
    await stage.available('stranded')
    stage.given.agent.node(cast.of('worker-3')).stop()
    const url = `http://${cast.of('stranded')}`
    await stage.apply(stage.caller('left-behind', url, `request to ${url}:80/ timed out after 5000 ms`))
    await stage.firstCause('orphaned', 'Node worker-3')
    await stage.answerTo('orphaned', 'pod-stuck-terminating')
    await stage.firstCause('orphaned', 'Node worker-3')
    await stage.firstCause('left-behind', 'Node worker-3')
    await stage.firstCause('Component orphaned left-behind', 'Node worker-3')
  })

  scenario('a cordoned node during maintenance is nobody’s trouble', async () => {
    await stage.apply(stage.space('calm'), stage.deployment('calm/calm'))
    await stage.available('calm/calm')
    await kubectl('cordon', cast.of('worker-2'))
    await stage.nothingWrong('Namespace calm')
    const all = await stage.given.diagnose({ kind: 'cluster' })
    expect(all.symptoms.filter(({ object }) => object.name === cast.of('worker-2'))).toEqual([])
    await kubectl('uncordon', cast.of('worker-2'))
  })

  scenario('a release that hangs in an upgrade', async () => {
    const name = cast.of('shopping')
    const chart = await mkdtemp(join(tmpdir(), 'akashic-chart-'))
    await mkdir(join(chart, 'templates'))
    await writeFile(join(chart, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`)
    await writeFile(join(chart, 'templates', 'all.yaml'), stage.deployment('shopping'))
    const flags = ['--kubeconfig', stage.given.cluster.kubeconfig, '-n', stage.namespace]
    await promisify(execFile)(helmProgram(), ['install', name, chart, ...flags], { timeout: 60_000 })
    await rm(chart, { recursive: true })
    await stage.available('shopping')
    await addPendingRevision(name)
    const { unseen } = await stage.diagnose('shopping')
    expect(unseen.map(({ reason }) => reason)).toContainEqual(expect.stringContaining('needs tier secrets'))
    await stage.withSecrets(() => stage.firstCause('shopping', 'HelmRelease shopping'))
  })

  /** As a Helm leaves it that is killed in the middle: another revision that is pending. */
  async function addPendingRevision(release: string): Promise<void> {
    const path = `/api/v1/namespaces/${stage.namespace}/secrets`
    const secret = await stage.given.cluster.request('GET', `${path}/sh.helm.release.v1.${release}.v1`)
    const { uid: _uid, resourceVersion: _version, managedFields: _fields, ...metadata } = secret.metadata
    const modifiedAt = String(Math.floor(Date.now() / 1_000) - 3_600)
    const labels = { ...metadata.labels, version: '2', status: 'pending-upgrade', modifiedAt }
    await stage.given.cluster.request('POST', path, {
      ...secret,
      metadata: { ...metadata, name: `sh.helm.release.v1.${release}.v2`, labels },
    })
  }
})
