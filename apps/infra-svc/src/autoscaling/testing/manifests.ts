const api = (name: string) => `
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: ${name} }
spec: { service: { namespace: kube-system, name: adapter } }
status: { conditions: [{ type: Available, status: 'True' }] }
---`
export const customMetrics = api('v1beta1.custom.metrics.k8s.io')
export const vpaApi = api('v1.autoscaling.k8s.io')

export const node = (cpu = '8', memory = '32Gi') => `
apiVersion: v1
kind: Node
metadata: { name: worker-1 }
status: { allocatable: { cpu: '${cpu}', memory: ${memory} } }
---`

interface WebOptions {
  readonly resources?: string
  readonly replicas?: number
  /** More containers. */
  readonly beside?: string
  readonly meta?: string
}

const sized = '{ requests: { cpu: 500m, memory: 512Mi }, limits: { cpu: "1", memory: 1Gi } }'

/** A Deployment that asks for what it should. */
export const web = ({ resources = sized, replicas = 3, beside = '', meta = '' }: WebOptions = {}) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, ${meta} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: 'web:1', resources: ${resources} }${beside && `, ${beside}`}] }
---`

/** Its pod, as it was admitted. */
export const running = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-1, namespace: shop, ownerReferences: [{ kind: Deployment, name: web, uid: Deployment-web, controller: true }] }
spec: { selector: {}, template: {} }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1-a, namespace: shop, ownerReferences: [{ kind: ReplicaSet, name: web-1, uid: ReplicaSet-web-1, controller: true }] }
spec: { containers: [{ name: app, image: 'web:1', resources: { requests: { cpu: 500m, memory: 512Mi }, limits: { memory: 1Gi } } }] }
status: { phase: Running }
---`

interface HpaOptions {
  readonly name?: string
  readonly metrics?: string
  readonly behavior?: string
  readonly min?: number
  readonly max?: number
  readonly status?: string
}

export const share = (name: string, target: number) =>
  `{ type: Resource, resource: { name: ${name}, target: { type: Utilization, averageUtilization: ${target} } } }`

/** An autoscaler of it as it should be. */
export const hpa = ({
  name = 'web',
  metrics = share('cpu', 60),
  behavior = 'behavior: { scaleDown: { stabilizationWindowSeconds: 300 } }',
  min = 3,
  max = 20,
  status = '{}',
}: HpaOptions = {}) => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name}, namespace: shop, uid: hpa-${name} }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: ${min}
  maxReplicas: ${max}
  metrics: [${metrics}]
  ${behavior}
status: ${status}
---`

export const budget = (spec: string) => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { selector: { matchLabels: { app: web } }, ${spec} }
---`
