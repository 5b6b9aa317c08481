import type { ApiObject, ApiRequest } from '../real/kubernetes/api.ts'
import { EventRecorder } from './event-recorder.ts'
import type { NodeContext } from './node-context.ts'
import { PodRunner } from './pod-runner.ts'

/** How a node is to be. Quantities as in the API. */
export interface NodeSpec {
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[]
  readonly allocatable?: Readonly<Record<string, string>>
  /** Share of the node's disk that is used, 0 to 1. */
  readonly diskUsed?: number
  /** Share of each claim on it that is used, 0 to 1: 0.2 unless given. */
  readonly claimsUsed?: number
}

type Pressure = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'

const healthy: Readonly<Record<string, readonly [string, string]>> = {
  MemoryPressure: ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  DiskPressure: ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  PIDPressure: ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
}
const pressed: Readonly<Record<Pressure, readonly [string, string, string]>> = {
  MemoryPressure: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available', 'memory'],
  DiskPressure: ['KubeletHasDiskPressure', 'kubelet has disk pressure', 'ephemeral-storage'],
  PIDPressure: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available', 'pids'],
}
const heartbeatMs = 2_000
const instant = (): string => new Date().toISOString().replace(/\.\d+/, '')
const merge = 'application/merge-patch+json'

/** One node and its pods. */
export class AgentNode {
  readonly name: string
  readonly spec: NodeSpec
  readonly runners = new Map<string, PodRunner>()
  readonly #context: NodeContext
  readonly #ask: ApiRequest
  readonly #subnet: number
  readonly #kubeletPort: number
  #nextIp = 2
  #isAlive = true
  #notReady: readonly [string, string] | undefined
  readonly #pressures = new Map<Pressure, string>()
  readonly #since = new Map<string, { status: string; at: string }>()
  #timer: NodeJS.Timeout | undefined

  constructor(
    shared: Omit<NodeContext, 'name' | 'events' | 'isAlive'>,
    spec: NodeSpec,
    subnet: number,
    kubeletPort: number,
  ) {
    this.name = spec.name
    this.spec = spec
    this.#ask = shared.ask
    this.#subnet = subnet
    this.#kubeletPort = kubeletPort
    const events = new EventRecorder(shared.ask, spec.name)
    this.#context = { ...shared, name: spec.name, events, isAlive: () => this.#isAlive }
  }

  async register(): Promise<void> {
    const { labels = {}, taints = [] } = this.spec
    await this.#ask('POST', '/api/v1/nodes', {
      metadata: {
        name: this.name,
        labels: {
          'kubernetes.io/hostname': this.name,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          ...labels,
        },
      },
      spec: { podCIDR: `10.244.${this.#subnet}.0/24`, podCIDRs: [`10.244.${this.#subnet}.0/24`], taints },
    })
    await this.#ask('POST', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', {
      metadata: { name: this.name },
      spec: {
        holderIdentity: this.name,
        leaseDurationSeconds: 40,
        renewTime: new Date().toISOString().replace('Z', '000Z'),
      },
    })
    await this.#beat()
    await this.#ask(
      'PATCH',
      `/api/v1/nodes/${this.name}`,
      { spec: { taints: taints.length > 0 ? taints : null } },
      merge,
    )
    this.#timer = setInterval(() => void this.#beat().catch(() => undefined), heartbeatMs)
  }

  /** Something was heard of one of its pods. */
  heard(type: string, pod: ApiObject): void {
    if (!this.#isAlive) return
    const { uid } = pod.metadata
    const runner = this.runners.get(uid)
    if (type === 'DELETED') {
      runner?.end()
      this.runners.delete(uid)
    } else if (runner) {
      runner.update(pod)
      if (pod.metadata.deletionTimestamp) void this.#terminate(runner)
    } else if (pod.metadata.deletionTimestamp) {
      void this.#remove(pod)
    } else if (pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed') {
      const started = new PodRunner(this.#context, pod, `10.244.${this.#subnet}.${this.#nextIp++}`)
      this.runners.set(uid, started)
      void started.run().catch(() => undefined)
    }
  }

  /** The node dies: no heartbeat, and nothing more is heard of its pods. */
  stop(): void {
    this.#isAlive = false
    clearInterval(this.#timer)
    for (const runner of this.runners.values()) runner.halt()
  }

  /** The kubelet says that it is not ready, and why. */
  async notReady(reason: string, message: string): Promise<void> {
    this.#notReady = [reason, message]
    await this.#beat()
  }

  /** The node runs short: the condition turns, and the pods that match are evicted. */
  async pressure(type: Pressure, evicts: (pod: ApiObject) => boolean): Promise<void> {
    const [, , resource] = pressed[type]
    this.#pressures.set(type, resource)
    await this.#beat()
    for (const runner of [...this.runners.values()]) {
      if (!evicts(runner.pod)) continue
      const [container] = runner.containers
      const message =
        `The node was low on resource: ${resource}. Threshold quantity: 10Gi, available: 1Gi. ` +
        `Container ${container?.name ?? 'app'} was using 9Gi, request is 0, has larger consumption of ${resource}. `
      await this.#context.events.record(runner.pod, 'Warning', 'Evicted', message)
      await runner.evict('Evicted', message)
    }
  }

  async relieve(type: Pressure): Promise<void> {
    this.#pressures.delete(type)
    await this.#beat()
  }

  /** The kernel kills a process for want of memory on the whole node. */
  async outOfMemory(process: string): Promise<void> {
    const node = await this.#ask('GET', `/api/v1/nodes/${this.name}`)
    await this.#context.events.record(
      { kind: 'Node', ...node },
      'Warning',
      'SystemOOM',
      `System OOM encountered, victim process: ${process}, pid: 4711`,
    )
  }

  async #terminate(runner: PodRunner): Promise<void> {
    runner.end()
    await this.#context.events.record(
      runner.pod,
      'Normal',
      'Killing',
      `Stopping container ${runner.containers[0]?.name ?? ''}`,
    )
    await this.#remove(runner.pod)
  }

  async #remove({ metadata: { namespace, name, uid } }: ApiObject): Promise<void> {
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } }
    await this.#ask('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`, options).catch(() => undefined)
  }

  async #beat(): Promise<void> {
    if (!this.#isAlive) return
    const allocatable = {
      cpu: '8',
      memory: '32Gi',
      pods: '110',
      'ephemeral-storage': '100Gi',
      ...this.spec.allocatable,
    }
    const path = `/api/v1/nodes/${this.name}/status`
    await this.#ask(
      'PATCH',
      path,
      {
        status: {
          ...{ allocatable, capacity: allocatable, conditions: this.#conditions() },
          addresses: [
            { type: 'InternalIP', address: this.#context.ip },
            { type: 'Hostname', address: this.name },
          ],
          daemonEndpoints: { kubeletEndpoint: { Port: this.#kubeletPort } },
          nodeInfo: {
            ...{ kubeletVersion: 'v1.35.0', kubeProxyVersion: '', containerRuntimeVersion: 'containerd://2.1.4' },
            ...{ operatingSystem: 'linux', architecture: 'amd64', osImage: 'Debian GNU/Linux 12 (bookworm)' },
            ...{ kernelVersion: '6.1.0', machineID: this.name, systemUUID: this.name, bootID: this.name },
          },
        },
      },
      merge,
    )
    const lease = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${this.name}`
    await this.#ask('PATCH', lease, { spec: { renewTime: new Date().toISOString().replace('Z', '000Z') } }, merge)
  }

  #conditions(): readonly object[] {
    const pressures = (Object.keys(pressed) as Pressure[]).map((type) => {
      const isPressed = this.#pressures.has(type)
      const [reason, message] = isPressed ? pressed[type] : healthy[type]!
      return this.#condition(type, isPressed ? 'True' : 'False', reason, message)
    })
    const [reason, message] = this.#notReady ?? ['KubeletReady', 'kubelet is posting ready status']
    return [...pressures, this.#condition('Ready', this.#notReady ? 'False' : 'True', reason, message)]
  }

  #condition(type: string, status: string, reason: string, message: string): object {
    const known = this.#since.get(type)
    const at = known?.status === status ? known.at : instant()
    this.#since.set(type, { status, at })
    return { type, status, reason, message, lastHeartbeatTime: instant(), lastTransitionTime: at }
  }
}
