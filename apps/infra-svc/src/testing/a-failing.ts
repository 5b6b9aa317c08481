import { ago } from './a-look.ts'

export interface FailingOptions {
  /** Seconds since which its pod is there and not ready: ten minutes unless it is said. */
  readonly since?: number
  /** Seconds since which its container runs, where it was ready before. */
  readonly runs?: number
  readonly env?: string
  readonly volume?: string
  /** How its container ended the last time, a minute ago; it still runs its first unless it is said. */
  readonly ended?: string
  readonly restarts?: number
}

/** A crash with an exit code that says nothing. */
export const crashed = { ended: 'exitCode: 1, reason: Error', restarts: 7 }

/** The manifests of a Deployment in namespace shop whose one pod, NAME-1 on node n1, is not ready. */
export function aFailing(name: string, given: FailingOptions = {}): string {
  const { since = 600, runs = since, env = '', volume = '', ended, restarts = 0 } = given
  const run =
    ended === undefined
      ? `state: { running: { startedAt: '${ago(runs)}' } }`
      : `state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { ${ended}, startedAt: '${ago(62)}', finishedAt: '${ago(60)}' } }`
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop, annotations: { deployment.kubernetes.io/revision: '1' } }
spec: { replicas: 1, selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app, image: web }] } } }
status: { observedGeneration: 1, replicas: 1, readyReplicas: 0 }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: ${name}-a, namespace: shop, annotations: { deployment.kubernetes.io/revision: '1' }, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: ${name}, uid: Deployment-${name}, controller: true }] }
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}-1, namespace: shop, creationTimestamp: '${ago(runs)}', labels: { app: ${name} }, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: ${name}-a, uid: ReplicaSet-${name}-a, controller: true }] }
spec: { nodeName: n1, containers: [{ name: app, image: web, env: [${env}] }], volumes: [${volume}] }
status:
  phase: Running
  startTime: '${ago(runs)}'
  conditions: [{ type: Ready, status: 'False', reason: ContainersNotReady, lastTransitionTime: '${ago(since)}' }]
  containerStatuses: [{ name: app, restartCount: ${restarts}, ready: false, ${run} }]
---`
}

/** The log of the one container of a pod, of the run that is over. */
export const logOf = (pod: string, ...lines: readonly string[]) => ({
  [pod]: [{ container: 'app', isPrevious: true, lines }],
})

/** The manifest of a Service in namespace shop for the pods of a Deployment. */
export const aService = (name: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
---`
