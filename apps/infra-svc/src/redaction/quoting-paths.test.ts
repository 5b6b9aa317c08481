import fc from 'fast-check'
import { analyse } from '../analyse/analyse.ts'
import type { Diagnosis } from '../cause/diagnosis.ts'
import { diagnose } from '../diagnosis/diagnose.ts'
import { cleanLine } from './clean-line.ts'
import { nodeReport } from '../node-report/node-report.ts'
import { showRollout } from '../rollout/show-rollout.ts'
import { ago, aView, now } from '../testing/a-look.ts'
import { aSecret, planted } from './testing/planted.ts'
import { hideInDocument } from './hide-credentials.ts'

const meta = (name: string, more: object = {}) => ({ name, namespace: 'shop', uid: name, ...more })
const owned = (kind: string, name: string) => ({ ownerReferences: [{ kind, name, uid: name, controller: true }] })
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'web:1' }] } }
const container = { containers: [{ name: 'app', image: 'web:1', readinessProbe: { httpGet: { port: 80 } } }] }

/** An object of each kind whose words are quoted, each saying what a test gives it under a name of its own. */
function cluster(says: (marker: string) => string): readonly object[] {
  const event = (kind: string, name: string, reason: string) => ({
    ...{ apiVersion: 'v1', kind: 'Event', metadata: meta(`event-${name}-${reason}`) },
    ...{ involvedObject: { kind, namespace: 'shop', name, uid: name, fieldPath: 'spec.containers{app}' } },
    ...{
      type: 'Warning',
      reason,
      message: says(`${name}-${reason}`),
      count: 20,
      lastTimestamp: ago(5),
      firstTimestamp: ago(60),
    },
  })
  const condition = (type: string, status: string, reason: string, marker: string) => ({
    ...{ type, status, reason, message: says(marker), lastTransitionTime: ago(600) },
  })
  const waiting = (name: string, reason: string, last: object = {}) => ({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: meta(name), spec: { nodeName: 'worker', ...container } },
    status: {
      phase: 'Running',
      conditions: [condition('Ready', 'False', 'ContainersNotReady', `${name}-ready`)],
      containerStatuses: [
        { name: 'app', ready: false, restartCount: 5, state: { waiting: { reason, message: says(name) } }, ...last },
      ],
    },
  })
  const terminated = {
    exitCode: 1,
    reason: 'Error',
    message: says('terminated'),
    finishedAt: ago(30),
    startedAt: ago(31),
  }
  const pending = (name: string, conditions: readonly object[]) => ({
    ...{
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: meta(name),
      spec: { nodeName: name === 'unscheduled' ? '' : 'worker', ...container },
    },
    status: { phase: 'Pending', conditions },
  })
  return [
    {
      ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker', uid: 'worker' }, spec: {} },
      status: {
        conditions: [
          condition('Ready', 'False', 'KubeletNotReady', 'node-ready'),
          condition('DiskPressure', 'True', 'KubeletHasDiskPressure', 'node-pressure'),
        ],
      },
    },
    waiting('pull', 'ImagePullBackOff'),
    event('Pod', 'pull', 'Failed'),
    waiting('config', 'CreateContainerConfigError'),
    waiting('start', 'CreateContainerError'),
    waiting('crash', 'CrashLoopBackOff', { lastState: { terminated } }),
    pending('unscheduled', [condition('PodScheduled', 'False', 'Unschedulable', 'unscheduled')]),
    pending('mount', []),
    event('Pod', 'mount', 'FailedMount'),
    pending('sandbox', []),
    event('Pod', 'sandbox', 'FailedCreatePodSandBox'),
    {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: meta('unready'), spec: { nodeName: 'worker', ...container } },
      status: {
        phase: 'Running',
        conditions: [condition('Ready', 'False', 'ContainersNotReady', 'unready')],
        containerStatuses: [
          { name: 'app', ready: false, restartCount: 0, state: { running: { startedAt: ago(900) } } },
        ],
      },
    },
    event('Pod', 'unready', 'Unhealthy'),
    {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: meta('evicted'), spec: container },
      status: { phase: 'Failed', reason: 'Evicted', message: says('evicted') },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: meta('claim'),
      spec: {},
      status: { phase: 'Pending' },
    },
    event('PersistentVolumeClaim', 'claim', 'ProvisioningFailed'),
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'volume', uid: 'volume' }, spec: {} },
      status: { phase: 'Failed', message: says('volume') },
    },
    {
      ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: meta('hpa') },
      spec: { minReplicas: 1, maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
      status: {
        conditions: [
          condition('ScalingActive', 'False', 'FailedGetResourceMetric', 'hpa-active'),
          condition('AbleToScale', 'False', 'FailedGetScale', 'hpa-able'),
        ],
      },
    },
    {
      ...{ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService' },
      metadata: { name: 'v1.metrics', uid: 'api' },
      spec: { service: { name: 'm', namespace: 'shop' } },
      status: { conditions: [condition('Available', 'False', 'MissingEndpoints', 'api')] },
    },
    {
      ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: meta('job'), spec: { template } },
      status: { conditions: [condition('Failed', 'True', 'BackoffLimitExceeded', 'job')] },
    },
    {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('web', { generation: 1 }) },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
      status: {
        ...{ observedGeneration: 1, replicas: 0, unavailableReplicas: 2 },
        conditions: [
          condition('ReplicaFailure', 'True', 'FailedCreate', 'web-failure'),
          condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'web-progress'),
          condition('Available', 'False', 'MinimumReplicasUnavailable', 'web-available'),
        ],
      },
    },
    {
      ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: meta('web-1', owned('Deployment', 'web')) },
      ...{
        spec: { replicas: 2, template },
        status: { replicas: 0, conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', 'set-failure')] },
      },
    },
    event('ReplicaSet', 'web-1', 'FailedCreate'),
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: meta('cron'),
      spec: { schedule: '0 0 31 2 *', jobTemplate: { spec: { template } } },
    },
    event('CronJob', 'cron', 'UnparseableSchedule'),
  ]
}

const manifestsOf = (objects: readonly object[]): string =>
  objects.map((object) => JSON.stringify(object)).join('\n---\n')

/** All that is told of a cluster, by each of its ways out. */
async function allTold(manifests: string, logs: string) {
  const view = aView(manifests)
  const findings = analyse({
    view,
    now,
    logs: () => [{ container: 'app', isPrevious: false, lines: [cleanLine(logs)] }],
  })
  const asked = { view, secretNamespaces: [], now, changes: [], dependencies: () => [], runbooks: [] }
  const client = { getText: async () => logs, get: async () => ({ items: [] }) }
  const diagnosis: Diagnosis = await diagnose({ ...asked, client }, { kind: 'cluster' })
  const thresholds = { warning: 0.8, critical: 0.9 }
  // As the transport hands them out.
  const nodes = hideInDocument(nodeReport({ view, now, usage: new Map(), findings, thresholds }))
  const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
  const rollout = hideInDocument(showRollout(view, workload, { now, releases: [] }))
  return { findings, diagnosis, nodes, rollout }
}

test('no secret in the words of a cluster comes out of findings, diagnoses, nodes or rollouts, while the words do', async () => {
  await fc.assert(
    fc.asyncProperty(aSecret, fc.nat(planted.length - 1), async (secret, chosen) => {
      // Each object has another form of it.
      let next = chosen
      const says = (marker: string): string => `said-by-${marker} ${planted[next++ % planted.length]!(secret)}`
      const { findings, ...others } = await allTold(manifestsOf(cluster(says)), says('log'))
      expect(JSON.stringify(findings)).not.toContain(secret)
      expect(JSON.stringify(others)).not.toContain(secret)
      const markers = new Set(
        JSON.stringify([findings, others])
          .match(/said-by-[\w-]+/g)
          ?.map((each) => each.slice(8)),
      )
      expect(quoted.filter((marker) => !markers.has(marker))).toEqual([])
    }),
    { numRuns: 40 },
  )
}, 60_000)

/** Objects whose words are told by at least one way. */
const quoted = [
  ...['node-ready', 'node-pressure', 'pull', 'pull-Failed', 'config', 'start', 'unscheduled', 'mount-FailedMount'],
  ...['sandbox-FailedCreatePodSandBox', 'unready', 'unready-Unhealthy', 'evicted', 'claim-ProvisioningFailed'],
  ...['volume', 'hpa-active', 'hpa-able', 'api', 'job', 'web-failure', 'cron-UnparseableSchedule', 'log'],
]
