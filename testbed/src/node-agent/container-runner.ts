import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { annotatedRun, type Run } from './behaviour.ts'
import { LogFile } from './log-file.ts'
import type { NodeContext } from './node-context.ts'
import { probeLimits, watchProbes } from './probes.ts'
import { MissingReference, resolveEnvironment } from './references.ts'
import { pull } from './registry.ts'
import type { ApiObject } from '../real/kubernetes/api.ts'

const firstBackOffMs = 10_000
const longestBackOffMs = 300_000

type State = Readonly<Record<string, ApiObject>>
const instant = (): string => new Date().toISOString().replace(/\.\d+/, '')

/** Runs one container of a pod again and again, as its restart policy says. */
export class ContainerRunner {
  readonly name: string
  readonly isInit: boolean
  readonly isSidecar: boolean
  readonly logs = new LogFile()
  readonly #node: NodeContext
  readonly #pod: () => ApiObject
  readonly #spec: ApiObject
  readonly #changed: () => void
  readonly #signal: AbortSignal
  #state: State
  #last: State = {}
  #restarts = 0
  #isReady = false
  #isStarted = false
  #run: Run = {}
  #running: AbortController | undefined
  #killedWith: number | undefined
  readonly #started = Promise.withResolvers<void>()
  exitCode: number | null = null

  constructor(
    node: NodeContext,
    pod: () => ApiObject,
    spec: ApiObject,
    isInit: boolean,
    changed: () => void,
    signal: AbortSignal,
  ) {
    this.#node = node
    this.#pod = pod
    this.#spec = spec
    this.#changed = changed
    this.#signal = signal
    this.name = spec.name
    this.isInit = isInit
    this.isSidecar = isInit && spec.restartPolicy === 'Always'
    const hasInits = (pod().spec.initContainers ?? []).length > 0
    this.#state = { waiting: { reason: hasInits ? 'PodInitializing' : 'ContainerCreating' } }
  }

  get phase(): 'waiting' | 'running' | 'restarting' | 'terminated' {
    if (this.#state['running']) return 'running'
    if (this.#state['terminated']) return this.#willRestart(this.exitCode ?? 0) ? 'restarting' : 'terminated'
    return this.#last['terminated'] ? 'restarting' : 'waiting'
  }

  get isReady(): boolean {
    return this.#isReady
  }

  get isStarted(): boolean {
    return this.#isStarted
  }

  get isDone(): boolean {
    return this.#state['terminated'] !== undefined && this.exitCode === 0
  }

  get hasFailedForGood(): boolean {
    return (
      this.isInit &&
      this.#state['terminated'] !== undefined &&
      this.exitCode !== 0 &&
      !this.#willRestart(this.exitCode ?? 1)
    )
  }

  get use(): { readonly cpu: number; readonly memory: number } {
    return this.phase === 'running'
      ? { cpu: this.#run.cpu ?? 0.01, memory: this.#run.memory ?? 20 * 2 ** 20 }
      : { cpu: 0, memory: 0 }
  }

  status(): object {
    return {
      name: this.name,
      image: this.#spec.image,
      imageID:
        this.#restarts > 0 || this.#state['running']
          ? `sha256:${Buffer.from(this.#spec.image).toString('hex').padEnd(64, '0').slice(0, 64)}`
          : '',
      ready: this.#isReady || (this.isInit && this.isDone),
      started: this.#isStarted,
      restartCount: this.#restarts,
      state: this.#state,
      lastState: this.#last,
    }
  }

  untilStarted(): Promise<void> {
    return this.#started.promise
  }

  /** Ends the run that is under way with this code. */
  kill(exitCode: number): void {
    this.#killedWith = exitCode
    this.#running?.abort()
  }

  /** @returns the last exit code once it will not be started again. */
  async run(): Promise<number> {
    for (let attempt = 0; !this.#signal.aborted; attempt++) {
      const env = await this.#prepare()
      if (env === undefined) break
      this.exitCode = await this.#once(attempt, env)
      if (this.#signal.aborted || !this.#willRestart(this.exitCode)) break
      await this.#backOff(attempt)
    }
    return this.exitCode ?? 1
  }

  /** Has the image and the environment; tells what is missing until it is there. */
  async #prepare(): Promise<Record<string, string> | undefined> {
    for (let tries = 0; !this.#signal.aborted; tries++) {
      const problem = await this.#pull(tries)
      if (!problem) {
        try {
          return await resolveEnvironment(this.#node.ask, this.#pod(), this.#spec)
        } catch (error) {
          if (!(error instanceof MissingReference)) throw error
          this.#wait('CreateContainerConfigError', error.message)
          await this.#event('Warning', 'Failed', `Error: ${error.message}`)
        }
      }
      await this.#sleep(problem ? backOffMs(tries) : 5_000)
    }
    return undefined
  }

  /** @returns whether it could not be pulled. */
  async #pull(tries: number): Promise<boolean> {
    const pod = this.#pod()
    const { namespace } = pod.metadata
    const account = await this.#node
      .ask('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/${pod.spec.serviceAccountName ?? 'default'}`)
      .catch(() => ({}))
    const named = [...(pod.spec.imagePullSecrets ?? []), ...(account.imagePullSecrets ?? [])].map(
      (each: { name: string }) => each.name,
    )
    const secrets = [...new Set<string>(named)]
    await this.#tellMissingSecrets(namespace, secrets)
    const { image, imagePullPolicy: policy = 'IfNotPresent' } = this.#spec
    const failure = await pull(this.#node.ask, this.#node.registry, { image, policy, namespace, secrets })
    if (!failure) {
      if (tries > 0 || this.#restarts === 0)
        await this.#event('Normal', 'Pulled', `Successfully pulled image "${image}"`)
      return false
    }
    if (failure.reason === 'ErrImagePull') {
      this.#wait('ErrImagePull', failure.message)
      await this.#event('Normal', 'Pulling', `Pulling image "${image}"`)
      await this.#event('Warning', 'Failed', `Failed to pull image "${image}": ${failure.message}`)
      await this.#event('Warning', 'Failed', 'Error: ErrImagePull')
      await this.#sleep(1_000)
      this.#wait('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${failure.message}`)
      await this.#event('Normal', 'BackOff', `Back-off pulling image "${image}": ErrImagePull: ${failure.message}`)
      await this.#event('Warning', 'Failed', 'Error: ImagePullBackOff')
    } else {
      this.#wait(failure.reason, failure.message)
      await this.#event(
        'Warning',
        failure.reason === 'InvalidImageName' ? 'InspectFailed' : 'ErrImageNeverPull',
        failure.message,
      )
      await this.#event('Warning', 'Failed', `Error: ${failure.reason}`)
    }
    return true
  }

  async #tellMissingSecrets(namespace: string, names: readonly string[]): Promise<void> {
    const missing: string[] = []
    for (const name of names) {
      await this.#node.ask('GET', `/api/v1/namespaces/${namespace}/secrets/${name}`).catch(() => missing.push(name))
    }
    if (missing.length === 0) return
    const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`
    await this.#node.events.record(this.#pod(), 'Warning', 'FailedToRetrieveImagePullSecret', message)
  }

  /** One run, from its start to its end. @returns the exit code. */
  async #once(attempt: number, env: Record<string, string>): Promise<number> {
    const pod = this.#pod()
    const { namespace, name, labels = {}, annotations } = pod.metadata
    const context = { namespace, pod: name, container: this.name, labels, env, attempt }
    this.#run =
      (await this.#node.behaviour(context)) ??
      annotatedRun(annotations, this.name) ??
      (this.isInit && !this.isSidecar ? { exitAfterMs: 5 } : {})
    this.#killedWith = undefined
    this.#running = new AbortController()
    const startedAt = instant()
    const containerID = `containerd://${randomBytes(32).toString('hex')}`
    this.logs.begin(this.#run.logs ?? [])
    this.#state = { running: { startedAt } }
    await this.#event('Normal', 'Created', `Container created`)
    await this.#event('Normal', 'Started', `Container started`)
    const probes = this.#watchProbes()
    this.#changed()
    const signal = AbortSignal.any([this.#running.signal, this.#signal])
    const lasts = this.#run.exitAfterMs
    await pause(lasts === undefined ? 2 ** 30 : this.#node.scaled(lasts), undefined, { signal }).catch(() => undefined)
    probes.stop()
    const exitCode = this.#killedWith ?? (this.#signal.aborted ? 143 : (this.#run.exitCode ?? 0))
    const reason =
      this.#killedWith === undefined && this.#run.reason ? this.#run.reason : exitCode === 0 ? 'Completed' : 'Error'
    this.#isReady = false
    this.#isStarted = false
    this.exitCode = exitCode
    const said = this.#killedWith === undefined && this.#run.message ? { message: this.#run.message } : {}
    this.#state = { terminated: { exitCode, reason, ...said, startedAt, finishedAt: instant(), containerID } }
    this.#changed()
    return exitCode
  }

  #watchProbes() {
    return watchProbes({
      limits: probeLimits(this.#spec, (ms) => this.#node.scaled(ms)),
      healthyAfterMs: this.#run.healthyAfterMs === null ? null : this.#node.scaled(this.#run.healthyAfterMs ?? 0),
      onStarted: () => {
        this.#isStarted = true
        this.#started.resolve()
        this.#changed()
      },
      onReady: () => {
        this.#isReady = true
        this.#changed()
      },
      onFailure: (probe) => {
        const message = this.#run.probeMessage ?? 'HTTP probe failed with statuscode: 503'
        void this.#event('Warning', 'Unhealthy', `${probe} probe failed: ${message}`)
      },
      onKill: (probe) => {
        const what = probe === 'Startup' ? 'failed startup probe' : 'failed liveness probe'
        void this.#event('Normal', 'Killing', `Container ${this.name} ${what}, will be restarted`)
        this.kill(137)
      },
    })
  }

  async #backOff(attempt: number): Promise<void> {
    this.#last = this.#state
    this.#restarts++
    const pod = this.#pod()
    const delayMs = backOffMs(attempt)
    const seconds = delayMs / 1_000
    const shown = seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
    const full = `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
    const said = `restarting failed container=${this.name} pod=${full}`
    this.#wait('CrashLoopBackOff', `back-off ${shown} ${said}`)
    await this.#event('Warning', 'BackOff', `Back-off ${said}`)
    await this.#sleep(delayMs)
  }

  #willRestart(exitCode: number): boolean {
    if (this.isSidecar) return true
    const policy = this.#pod().spec.restartPolicy ?? 'Always'
    if (this.isInit) return policy !== 'Never' && exitCode !== 0
    return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
  }

  #wait(reason: string, message: string): void {
    this.#state = { waiting: { reason, message } }
    this.#changed()
  }

  #sleep(ms: number): Promise<unknown> {
    return pause(this.#node.scaled(ms), undefined, { signal: this.#signal }).catch(() => undefined)
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
    return this.#node.events.record(this.#pod(), type, reason, message, this.name)
  }
}

const backOffMs = (attempt: number): number => Math.min(firstBackOffMs * 2 ** attempt, longestBackOffMs)
