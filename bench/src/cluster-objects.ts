/** Objects as an API server sends them, of the size that real ones have. */
const at = '2026-11-20T12:00:00Z'
const pad = (text: string, length: number): string => text.padEnd(length, 'x')

export const podsPerWorkload = 10

const managed = (manager: string, fields: number) => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  time: at,
  fieldsType: 'FieldsV1',
  fieldsV1: Object.fromEntries(Array.from({ length: fields }, (_, i) => [`f:field-${i}`, { '.': {}, 'f:name': {} }])),
})

const template = (name: string) => ({
  containers: [
    {
      name: 'app',
      image: `registry.example/${name}:1.4.2`,
      ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
      env: Array.from({ length: 12 }, (_, i) => ({ name: `SETTING_${i}`, value: pad(`value-${i}`, 24) })),
      resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 10, failureThreshold: 3 },
      livenessProbe: { httpGet: { path: '/live', port: 'http' }, periodSeconds: 10, failureThreshold: 3 },
      volumeMounts: [{ name: 'config', mountPath: '/etc/app' }],
      imagePullPolicy: 'IfNotPresent',
    },
  ],
  volumes: [{ name: 'config', configMap: { name: `${name}-config`, optional: true } }],
  serviceAccountName: 'default',
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
})

export const namespaceOf = (workload: number): string => `team-${workload % 50}`
export const workloadName = (workload: number): string => `service-${workload}`
export const nodeName = (node: number): string => `node-${node}`

export function aNode(index: number) {
  const name = nodeName(index)
  const allocatable = { cpu: '32', memory: '256Gi', pods: '110' }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: name,
      labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `zone-${index % 3}` },
    },
    spec: {},
    status: {
      ...{ allocatable, capacity: allocatable, nodeInfo: { kubeletVersion: 'v1.35.0' } },
      addresses: [{ type: 'Hostname', address: name }],
      conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
        ...{ type, status: type === 'Ready' ? 'True' : 'False', reason: 'Kubelet', message: 'kubelet is well' },
        ...{ lastHeartbeatTime: at, lastTransitionTime: at },
      })),
    },
  }
}

export function aPod(workload: number, index: number, nodes: number) {
  const name = workloadName(workload)
  const node = nodeName((workload * podsPerWorkload + index) % nodes)
  const uid = `${name}-${index}-00000000-0000-4000-8000`
  const condition = (type: string) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: at })
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name: `${name}-5d8f7c9b64-${index}`, namespace: namespaceOf(workload), uid, creationTimestamp: at },
      labels: { app: name, 'pod-template-hash': '5d8f7c9b64', team: namespaceOf(workload) },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-5d8f7c9b64`, uid: `rs-${name}`, controller: true },
      ],
      managedFields: [managed('kube-controller-manager', 12), managed('kubelet', 12)],
    },
    spec: { ...template(name), nodeName: node },
    status: {
      phase: 'Running',
      ...{ hostIP: '10.0.0.1', podIP: `10.${workload % 250}.${index}.7`, startTime: at, qosClass: 'Burstable' },
      conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready', 'PodReadyToStartContainers'].map(
        condition,
      ),
      containerStatuses: [
        {
          ...{
            name: 'app',
            image: `registry.example/${name}:1.4.2`,
            imageID: pad('sha256:', 71),
            containerID: pad('containerd://', 77),
          },
          ...{ ready: true, started: true, restartCount: 0, state: { running: { startedAt: at } }, lastState: {} },
        },
      ],
    },
  }
}

/** A Deployment with its ReplicaSet, Service and EndpointSlice. */
export function aWorkload(workload: number) {
  const [name, namespace] = [workloadName(workload), namespaceOf(workload)]
  const labels = { app: name }
  const meta = (kind: string, uid: string, more: object = {}) => ({
    kind,
    metadata: { name, namespace, uid, creationTimestamp: at, labels, ...more },
  })
  const replicas = podsPerWorkload
  const status = {
    replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    updatedReplicas: replicas,
    observedGeneration: 1,
  }
  const spec = { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: template(name) } }
  return [
    {
      ...meta('Deployment', `deployment-${name}`, { annotations: { 'deployment.kubernetes.io/revision': '1' } }),
      spec,
      status,
    },
    {
      ...meta('ReplicaSet', `rs-${name}`, {
        name: `${name}-5d8f7c9b64`,
        ownerReferences: [{ kind: 'Deployment', name, uid: `deployment-${name}`, controller: true }],
      }),
      ...{ spec, status },
    },
    { ...meta('Service', `service-${name}`), spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] } },
    {
      ...meta('EndpointSlice', `slice-${name}`, { labels: { 'kubernetes.io/service-name': name } }),
      endpoints: [{ addresses: ['10.1.1.7'], conditions: { ready: true } }],
      ports: [{ name: '', port: 8080 }],
    },
  ] as const
}
