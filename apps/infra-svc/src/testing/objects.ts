import { ago } from './a-look.ts'

type Fields = Readonly<Record<string, unknown>>

/** Objects as the API server would send them, each over its defaults. */
interface Parts {
  readonly metadata?: Fields
  readonly spec?: Fields
  readonly status?: Fields
}

export const manifests = (...objects: readonly Fields[]): string =>
  objects.map((object) => JSON.stringify(object)).join('\n---\n')

const owner = (kind: string, name: string): Fields => ({
  ownerReferences: [{ kind, name, uid: `${kind}-${name}`, controller: true }],
})

/** A Deployment and its ReplicaSet, which own what `aPod` makes. */
export const web: readonly Fields[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1 }, status: {} },
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web-5d', ...owner('Deployment', 'web') },
    spec: { replicas: 1 },
    status: { replicas: 1 },
  },
]

export const theWorkload = { kind: 'Deployment', namespace: 'default', name: 'web' }

export const aContainer = (fields: Fields = {}): Fields => ({
  name: 'app',
  image: 'registry.example/web:1.0',
  ...fields,
})

export const aCondition = (type: string, status: string, fields: Fields = {}): Fields => ({
  type,
  status,
  lastTransitionTime: ago(600),
  ...fields,
})

/** What a kubelet says of a container that runs and is ready. */
export const aStatus = (fields: Fields = {}): Fields => ({
  name: 'app',
  image: 'registry.example/web:1.0',
  ready: true,
  started: true,
  restartCount: 0,
  state: { running: { startedAt: ago(3_000) } },
  ...fields,
})

export const waiting = (reason: string, message?: string): Fields => ({ state: { waiting: { reason, message } } })

/** A run that ended so many seconds ago and took so many. */
export const ended = (
  exitCode: number,
  reason: string,
  fields: Fields = {},
  { secondsAgo = 60, took = 5 } = {},
): Fields => ({
  terminated: {
    exitCode,
    reason,
    startedAt: ago(secondsAgo + took),
    finishedAt: ago(secondsAgo),
    containerID: 'containerd://1',
    ...fields,
  },
})

/** A pod of Deployment web that runs on worker-1 and is ready. */
export const aPod = ({ metadata, spec, status }: Parts = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', labels: { app: 'web' }, ...owner('ReplicaSet', 'web-5d'), ...metadata },
  spec: { nodeName: 'worker-1', restartPolicy: 'Always', containers: [aContainer()], ...spec },
  status: {
    phase: 'Running',
    startTime: ago(3_000),
    conditions: [aCondition('Ready', 'True')],
    containerStatuses: [aStatus()],
    ...status,
  },
})

export const notReady = aCondition('Ready', 'False', {
  reason: 'ContainersNotReady',
  message: 'containers with unready status: [app]',
})

/** A node with 4 cores that takes pods. */
export const aNode = (name: string, { metadata, spec, status }: Parts = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name }, ...metadata },
  spec: { ...spec },
  status: {
    allocatable: { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '50Gi' },
    conditions: [aCondition('Ready', 'True', { reason: 'KubeletReady', message: 'kubelet is posting ready status' })],
    nodeInfo: { kubeletVersion: 'v1.35.0' },
    ...status,
  },
})

interface Told {
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
  readonly uid?: string
  /** The container that it is about. */
  readonly container?: string
  readonly secondsAgo?: number
  readonly firstSecondsAgo?: number
  readonly count?: number
}

let events = 0

/** An event about pod web-1, unless it says otherwise. */
export function anEvent(reason: string, message: string, told: Told = {}): Fields {
  const { kind = 'Pod', name = 'web-1', namespace = kind === 'Node' ? '' : 'default', secondsAgo = 30 } = told
  const { container, firstSecondsAgo = secondsAgo, count = 1, uid = `${kind}-${name}` } = told
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${++events}`, namespace: namespace || 'default' },
    type: 'Warning',
    ...{ reason, message, count, firstTimestamp: ago(firstSecondsAgo), lastTimestamp: ago(secondsAgo) },
    involvedObject: { kind, name, namespace, uid, ...(container && { fieldPath: `spec.containers{${container}}` }) },
  }
}
