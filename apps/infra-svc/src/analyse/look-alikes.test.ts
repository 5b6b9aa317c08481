import { ago, aLook } from '../testing/a-look.ts'
import { analyse } from './analyse.ts'

const found = (manifests: string) =>
  analyse(aLook(manifests)).map(({ rule, object }) => `${rule} ${object.kind}/${object.name}`)

const pod = (name: string, { status = '', spec = '', meta = '' }) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} } ${meta} }
spec:
  nodeName: worker-1
  containers: [{ name: app, image: web:1, ports: [{ name: http, containerPort: 8080 }] }]
  ${spec}
status: ${status || `{ phase: Running, conditions: [{ type: Ready, status: 'True' }], containerStatuses: [{ name: app, ready: true, restartCount: 0, state: { running: {} } }] }`}
---`
const deployment = (name: string, spec: string, status: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec: { selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app, image: web:1 }] } }, ${spec} }
status: ${status}
---`

describe('what only looks like trouble is no finding', () => {
  test.each<[string, string]>([
    [
      'a Job that is done',
      `
apiVersion: batch/v1
kind: Job
metadata: { name: done }
spec: { template: { spec: { containers: [{ name: app, image: web:1 }] } } }
status: { succeeded: 1, completionTime: '${ago(60)}', conditions: [{ type: Complete, status: 'True' }] }
---${pod('done-1', { status: `{ phase: Succeeded, conditions: [{ type: Ready, status: 'False', reason: PodCompleted }], containerStatuses: [{ name: app, ready: false, restartCount: 0, state: { terminated: { exitCode: 0, reason: Completed } } }] }` })}`,
    ],
    [
      'a rollout that is paused',
      deployment(
        'paused',
        'replicas: 2, paused: true',
        `{ replicas: 2, availableReplicas: 2, updatedReplicas: 0, conditions: [{ type: Progressing, status: Unknown, reason: DeploymentPaused }] }`,
      ),
    ],
    ['a workload that is scaled to nothing', deployment('off', 'replicas: 0', '{}')],
    [
      'a rollout a few seconds old',
      deployment(
        'new',
        'replicas: 2',
        `{ replicas: 2, availableReplicas: 0, conditions: [{ type: Available, status: 'False', reason: MinimumReplicasUnavailable, lastTransitionTime: '${ago(5)}' }] }`,
      ),
    ],
    [
      'a pod that becomes ready soon',
      pod('soon', {
        status: `{ phase: Running, conditions: [{ type: Ready, status: 'False', reason: ContainersNotReady, lastTransitionTime: '${ago(10)}' }], containerStatuses: [{ name: app, ready: false, restartCount: 0, state: { running: {} } }] }`,
      }),
    ],
    ['a pod that ends within its grace', pod('leaving', { meta: `, deletionTimestamp: '${ago(5)}'` })],
    [
      'a pod that was restarted long ago',
      pod('old', {
        status: `{ phase: Running, conditions: [{ type: Ready, status: 'True' }], containerStatuses: [{ name: app, ready: true, restartCount: 9, state: { running: {} }, lastState: { terminated: { exitCode: 1, reason: Error, finishedAt: '${ago(90_000)}' } } }] }`,
      }),
    ],
    [
      'a node with a condition of unknown polarity',
      `
apiVersion: v1
kind: Node
metadata: { name: worker-1 }
status: { conditions: [{ type: Ready, status: 'True' }, { type: FrequentKubeletRestart, status: 'True' }, { type: KernelDeadlock, status: 'False' }] }`,
    ],
    [
      'a node that is cordoned while nothing waits',
      `
apiVersion: v1
kind: Node
metadata: { name: worker-1 }
spec: { unschedulable: true, taints: [{ key: node.kubernetes.io/unschedulable, effect: NoSchedule }] }
status: { conditions: [{ type: Ready, status: 'True' }] }`,
    ],
    [
      'Services that need no pods',
      `
apiVersion: v1
kind: Service
metadata: { name: outside }
spec: { type: ExternalName, externalName: db.example }
---
apiVersion: v1
kind: Service
metadata: { name: by-hand }
spec: { ports: [{ port: 80 }] }`,
    ],
    [
      'a policy that is meant to deny everything',
      `${pod('sealed', {})}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }`,
    ],
    [
      'a claim that waits for its first pod',
      `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: lazy }
provisioner: example
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { storageClassName: lazy }
status: { phase: Pending }`,
    ],
    [
      'an autoscaler at its maximum below its target',
      `${deployment('web', 'replicas: 3', '{ replicas: 3, availableReplicas: 3 }')}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { kind: Deployment, name: web }, maxReplicas: 3, metrics: [{ type: Resource, resource: { name: cpu, target: { averageUtilization: 50 } } }] }
status: { currentReplicas: 3, conditions: [{ type: ScalingLimited, status: 'True', reason: TooManyReplicas }], currentMetrics: [{ type: Resource, resource: { name: cpu, current: { averageUtilization: 40 } } }] }`,
    ],
    [
      'a budget that allows none while nobody drains',
      `${pod('guarded', {})}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: guard }
spec: { minAvailable: 1, selector: { matchLabels: { app: guarded } } }
status: { observedGeneration: 1, disruptionsAllowed: 0, expectedPods: 1, desiredHealthy: 1, currentHealthy: 1 }`,
    ],
    [
      'a webhook that may fail',
      `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: optional }
webhooks: [{ name: a.example, failurePolicy: Ignore, clientConfig: { service: { name: nobody, namespace: default } } }]`,
    ],
    [
      'a reference that may be missing',
      `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 1, selector: {}, template: { spec: { containers: [{ name: app, image: web:1, envFrom: [{ configMapRef: { name: maybe, optional: true } }] }] } } }
status: { availableReplicas: 1 }`,
    ],
    [
      'a pod that a queue holds back for a minute',
      pod('queued', {
        meta: `, creationTimestamp: '${ago(60)}'`,
        spec: 'schedulingGates: [{ name: example.com/queue }]',
        status: `{ phase: Pending, conditions: [{ type: PodScheduled, status: 'False', reason: SchedulingGated }] }`,
      }).replace('nodeName: worker-1', ''),
    ],
    [
      'a StatefulSet whose update goes on, with its Service and its class',
      `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec: { replicas: 2, serviceName: db, selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: { containers: [] } }, volumeClaimTemplates: [{ metadata: { name: files }, spec: { storageClassName: fast } }] }
status: { replicas: 2, availableReplicas: 2, updatedReplicas: 1, currentRevision: db-1, updateRevision: db-2 }
---
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { clusterIP: None, publishNotReadyAddresses: true, selector: { app: db } }
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: fast }
provisioner: example
`,
    ],
    [
      'a CronJob between its runs, and one that starts in a year',
      `
apiVersion: batch/v1
kind: CronJob
metadata: { name: hourly, creationTimestamp: '${ago(90_000)}' }
spec: { schedule: '30 * * * *', jobTemplate: {} }
status: { lastScheduleTime: '${ago(1_800)}' }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: yearly }
spec: { schedule: '0 0 1 1 *', jobTemplate: {} }
`,
    ],
    [
      'a DaemonSet that runs where it should',
      `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec: { selector: {}, template: { spec: { nodeSelector: { disk: ssd } } } }
status: { desiredNumberScheduled: 1, numberAvailable: 1, numberMisscheduled: 0 }
`,
    ],
    [
      'a policy for pods that are scaled to nothing, and one that denies beside one that allows',
      `${deployment('off', 'replicas: 0', '{}')}${pod('web', {})}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: later }
spec: { podSelector: { matchLabels: { app: off } }, ingress: [{}] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny }
spec: { podSelector: {} }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow }
spec: { podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: {} }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, labels: { kubernetes.io/service-name: web } }
endpoints: [{ addresses: [10.0.0.1], targetRef: { kind: Pod, name: web } }]
`,
    ],
    [
      'a volume that is bound, and one that is deleted with its claim just now',
      `
apiVersion: v1
kind: PersistentVolume
metadata: { name: bound }
spec: { claimRef: { namespace: default, name: files } }
status: { phase: Bound }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: going }
spec: { persistentVolumeReclaimPolicy: Delete, claimRef: { namespace: default, name: gone } }
status: { phase: Released, lastPhaseTransitionTime: '${ago(20)}' }
`,
    ],
    [
      'an object that is applied in the version of today',
      `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, annotations: { kubectl.kubernetes.io/last-applied-configuration: '{"apiVersion":"autoscaling/v2"}' }, managedFields: [{ manager: helm, apiVersion: autoscaling/v2 }] }
spec: { scaleTargetRef: { kind: Database, name: db }, maxReplicas: 3 }
status: { currentReplicas: 1 }
`,
    ],
  ])('%s', (_, manifests) => {
    expect(found(manifests)).toEqual([])
  })

  test('a failed Job that a later run of its CronJob has made good', () => {
    const job = (name: string, status: string, created: number) => `
apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, creationTimestamp: '${ago(created)}', ownerReferences: [{ kind: CronJob, name: nightly, uid: nightly, controller: true }] }
spec: { template: { spec: { containers: [{ name: app, image: web:1 }] } } }
status: ${status}
---`
    const failed = job(
      'first',
      `{ failed: 1, conditions: [{ type: Failed, status: 'True', reason: BackoffLimitExceeded }] }`,
      600,
    )
    expect(found(failed)).toEqual(['job-failed Job/first'])
    expect(found(failed + job('second', '{ succeeded: 1 }', 60))).toEqual([])
  })
})
