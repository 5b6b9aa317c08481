import { setTimeout as pause } from 'node:timers/promises'
import { ContainerRunner } from './container-runner.ts'
import { MissingReference, mountVolumes } from './references.ts'
import { phaseOf, podConditions } from './pod-status.ts'
import type { NodeContext } from './node-context.ts'
import type { ApiObject } from '../real/kubernetes/api.ts'

/** Does for one pod what a kubelet does: volumes, init containers in order, containers, restarts, and the pod's status
 *  after each step. */
export class PodRunner {
  #node: NodeContext
  readonly #containers: readonly ContainerRunner[]
  readonly #ended = new AbortController()
  readonly #startTime = new Date().toISOString().replace(/\.\d+/, '')
  readonly #ip: string
  #pod: ApiObject
  #hasSandbox = false
  #verdict: { reason: string; message: string } | undefined
  #since = new Map<string, { status: string; at: string }>()
  #writing: Promise<unknown> = Promise.resolve()
  #isDirty = false

  constructor(node: NodeContext, pod: ApiObject, ip: string) {
    this.#node = node
    this.#pod = pod
    this.#ip = ip
    const make = (isInit: boolean) => (spec: ApiObject) =>
      new ContainerRunner(
        node,
        () => this.#pod,
        spec,
        isInit,
        () => this.#changed(),
        this.#ended.signal,
      )
    this.#containers = [
      ...(pod.spec.initContainers ?? []).map(make(true)),
      ...(pod.spec.containers ?? []).map(make(false)),
    ]
  }

  get pod(): ApiObject {
    return this.#pod
  }

  container(name: string): ContainerRunner | undefined {
    return this.#containers.find((each) => each.name === name)
  }

  get containers(): readonly ContainerRunner[] {
    return this.#containers
  }

  update(pod: ApiObject): void {
    this.#pod = pod
  }

  async run(): Promise<void> {
    this.#changed()
    await this.#mount()
    this.#hasSandbox = true
    this.#changed()
    for (const init of this.#containers.filter((each) => each.isInit)) {
      const done = init.run()
      if (init.isSidecar) await init.untilStarted()
      else if ((await done) !== 0) return
    }
    await Promise.all(this.#containers.filter((each) => !each.isInit).map((each) => each.run()))
  }

  /** The node has no room: the pod fails, and its containers end. */
  async evict(reason: string, message: string): Promise<void> {
    this.#verdict = { reason, message }
    this.#ended.abort()
    for (const container of this.#containers) container.kill(137)
    this.#changed()
    await this.#writing
  }

  /** Stops without a word, as when the power goes; nothing is written any more. */
  halt(): void {
    this.#ended.abort()
    this.#node = { ...this.#node, isAlive: () => false }
  }

  /** Ends the processes, as on deletion. */
  end(): void {
    this.#ended.abort()
  }

  /** Mounts again and again until all is there. */
  async #mount(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      try {
        return await mountVolumes(this.#node.ask, this.#pod)
      } catch (error) {
        if (!(error instanceof MissingReference)) throw error
        await this.#node.events.record(this.#pod, 'Warning', 'FailedMount', error.message)
        await pause(this.#node.scaled(2_000), undefined, { signal: this.#ended.signal }).catch(() => undefined)
      }
    }
  }

  /** Writes the status soon; changes that come together are written as one. */
  #changed(): void {
    if (this.#isDirty) return
    this.#isDirty = true
    this.#writing = this.#writing.then(async () => {
      this.#isDirty = false
      if (!this.#node.isAlive()) return
      await this.#write().catch(() => undefined)
    })
  }

  async #write(): Promise<void> {
    const { namespace, name } = this.#pod.metadata
    const inits = this.#containers.filter((each) => each.isInit)
    const apps = this.#containers.filter((each) => !each.isInit)
    const phase = this.#verdict ? 'Failed' : phaseOf(this.#pod, inits, apps)
    const status = {
      observedGeneration: this.#pod.metadata.generation,
      phase,
      reason: this.#verdict?.reason ?? null,
      message: this.#verdict?.message ?? null,
      hostIP: this.#node.ip,
      startTime: this.#startTime,
      ...(this.#hasSandbox && { podIP: this.#ip, podIPs: [{ ip: this.#ip }] }),
      conditions: podConditions({
        pod: this.#pod,
        inits,
        apps,
        phase,
        hasSandbox: this.#hasSandbox,
        since: this.#since,
      }),
      ...(inits.length > 0 && { initContainerStatuses: inits.map((each) => each.status()) }),
      containerStatuses: apps.map((each) => each.status()),
    }
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`
    await this.#node.ask('PATCH', path, { status }, 'application/merge-patch+json')
  }
}
