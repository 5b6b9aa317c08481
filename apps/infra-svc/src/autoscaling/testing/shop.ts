import { share } from './manifests.ts'

const fitting = '{ requests: { cpu: 500m, memory: 512Mi }, limits: { cpu: "1", memory: 1Gi } }'
/** What the controller fills in where a behavior is given. */
const behavior = 'behavior: { scaleDown: { stabilizationWindowSeconds: 300 } }'

interface App {
  readonly resources?: string
  /** Said by the manifest; left to the autoscaler unless given. */
  readonly replicas?: number
}

/** A Deployment whose one container is `app`. */
export const app = (name: string, { resources = fitting, replicas }: App = {}): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  ${replicas === undefined ? '' : `replicas: ${replicas}`}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: 'web:1', resources: ${resources} }] }
---`

interface Scaler {
  readonly name?: string
  readonly metrics?: string
  readonly scaling?: string
  readonly min?: number
  readonly max?: number
}

export const scaler = (
  target: string,
  { name = target, metrics = share('cpu', 60), scaling = behavior, min = 2, max = 5 }: Scaler = {},
): string => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name}, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} }
  minReplicas: ${min}
  maxReplicas: ${max}
  metrics: [${metrics}]
  ${scaling}
---`

export const perPod = (metric: string, value: string): string =>
  `{ type: Pods, pods: { metric: { name: ${metric} }, target: { type: AverageValue, averageValue: '${value}' } } }`

const external = `{ type: External, external: { metric: { name: queue_length }, target: { type: AverageValue, averageValue: '30' } } }`

const budget = (name: string, spec: string): string => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name}, namespace: shop }
spec: { selector: { matchLabels: { app: ${name} } }, ${spec} }
---`

const vpa = (name: string, target: string, mode: string, policies: string): string => `
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: { name: ${name}, namespace: shop }
spec:
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} }
  updatePolicy: { updateMode: '${mode}' }
  resourcePolicy: { containerPolicies: [${policies}] }
---`

const bounded =
  "{ containerName: app, minAllowed: { cpu: 100m, memory: 256Mi }, maxAllowed: { cpu: '2', memory: 4Gi } }"

export const wasteful = app('wasteful', {
  ...{ resources: "{ requests: { cpu: '2', memory: 2Gi }, limits: { memory: 2Gi } }", replicas: 2 },
})

/** Workloads named for what is wrong with each, with what scales them. */
export const shop = [
  app('well') + scaler('well') + budget('well', 'maxUnavailable: 1'),
  app('unmeasured') + scaler('unmeasured'),
  wasteful,
  app('hungry', { resources: '{ requests: { cpu: 100m, memory: 128Mi }, limits: { memory: 320Mi } }', replicas: 2 }),
  app('swinging', { replicas: 3 }),
  app('bare', { resources: '{}' }) + scaler('bare'),
  app('hot') + scaler('hot', { metrics: share('cpu', 90), scaling: '' }),
  app('memory') + scaler('memory', { metrics: share('memory', 70) }),
  app('ai') + scaler('ai', { metrics: share('cpu', 70), scaling: '' }),
  app('lost') + scaler('lost', { metrics: `${share('cpu', 60)}, ${perPod('never_served', '5')}, ${external}` }),
  app('fought', { replicas: 2 }) + scaler('fought'),
  app('held') + scaler('held') + budget('held', 'minAvailable: 2'),
  app('torn') + scaler('torn') + scaler('torn', { name: 'torn-too' }),
  app('pooled') + scaler('pooled', { max: 500 }),
  scaler('nobody'),
  app('sized') + vpa('deprecated', 'sized', 'Auto', bounded),
  app('both') + scaler('both') + vpa('overlapping', 'both', 'Recreate', bounded),
  app('scaled') + scaler('scaled', { metrics: perPod('ai_requests_per_second', '9'), scaling: '' }),
  vpa('sizing', 'scaled', 'Recreate', bounded),
  app('wide') + vpa('unbounded', 'wide', 'Recreate', '{ containerName: app }'),
  app('bent') + vpa('contradicting', 'bent', 'Initial', bounded.replace('cpu: 100m', 'cpu: "3"')),
  app('odd') + vpa('stranger', 'odd', 'Off', bounded.replace('containerName: app', 'containerName: other')),
  vpa('targetless', 'gone', 'Off', bounded),
].join('')
