import type { CheckContext, CheckResult } from '@akashic/checks'
import type { CheckSpec } from '@akashic/config'
import type { Clock, Timer } from '@akashic/shared/clock'
import { DueQueue } from './due-queue.ts'
import { Slots, type SlotLimits } from './slots.ts'
import { isPassive, type MeasuredResult, type WatchedCheck } from './watched-check.ts'

export interface CheckRunnerDeps {
  readonly clock: Clock
  readonly monotonicMs: () => number
  readonly limits: () => SlotLimits
  readonly allowHosts: () => readonly string[]
  readonly runCheck: (spec: CheckSpec, context: CheckContext) => Promise<CheckResult>
  /** Evaluates a check that is told rather than made; null when it cannot be evaluated now. */
  readonly evaluate: (check: WatchedCheck, nowMs: number) => Promise<MeasuredResult | null>
  /** False while another replica may have taken the check over, and while it is paused. */
  readonly mayStart: (check: WatchedCheck) => boolean
  /** Takes a result, and says in how many milliseconds after `dueMs` (epoch) the check is due again. */
  readonly settle: (check: WatchedCheck, run: CheckRun) => Promise<number>
  readonly onError: (error: unknown, check: WatchedCheck) => void
}

export interface CheckRun {
  readonly result: MeasuredResult | null
  /** When it was due and when it started, in epoch milliseconds. */
  readonly dueAtMs: number
  readonly startedAtMs: number
  /** Start on the monotonic clock. */
  readonly startedMs: number
  readonly latenessMs: number
}

/** What is due waits so many milliseconds at most for others, to start with them: waking up for each of 10,000 checks a
 *  minute is a third of what they cost. */
const togetherMs = 50
const pausedMs = 1_000
const longestTimerMs = 3_600_000
/** Verdicts wait for those that are asked. */
const longestAskMs = 5_000

/** Starts each check when it is due. One timer serves them all; times are the monotonic clock's, so that setting the wall
 *  clock neither stops nor floods the checks. */
export class CheckRunner {
  readonly #deps: CheckRunnerDeps
  readonly #queue = new DueQueue<WatchedCheck>()
  readonly #slots: Slots
  readonly #running = new Map<WatchedCheck, AbortController>()
  #timer: Timer | null = null
  #timerDueMs = Infinity
  #isStopped = false

  constructor(deps: CheckRunnerDeps) {
    this.#deps = deps
    this.#slots = new Slots(deps.limits)
  }

  get inFlight(): number {
    return this.#slots.running
  }

  /** Runs `check` first in `delayMs`, and from then on in its rhythm until it is removed. */
  add(check: WatchedCheck, delayMs: number): void {
    this.#schedule(check, this.#deps.monotonicMs() + delayMs)
  }

  /** Runs `check` now instead of when it is due. */
  runNow(check: WatchedCheck): void {
    if (check.stage === 'running') check.isWantedAgain = true
    else this.runWithin(check, 0)
  }

  /** Runs `check` within `delayMs`, unless it is under way. */
  runWithin(check: WatchedCheck, delayMs: number): void {
    const dueMs = this.#deps.monotonicMs() + delayMs
    if (check.stage === 'resting' && (check.due?.dueMs ?? Infinity) > dueMs) this.#schedule(check, dueMs)
  }

  /** Stops watching `check`; a run of it that is in flight is given up and leaves no result. */
  remove(check: WatchedCheck): void {
    check.isRemoved = true
    if (check.due) check.due.isCancelled = true
    this.#running.get(check)?.abort()
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
    for (const controller of this.#running.values()) controller.abort()
  }

  /** Makes one check for its answer alone: it counts for nothing. */
  ask(spec: CheckSpec): Promise<CheckResult> {
    const brief = { ...spec, timeout: Math.min(spec.timeout, longestAskMs) }
    return this.#deps.runCheck(brief, this.#context(new AbortController()))
  }

  #schedule(check: WatchedCheck, dueMs: number): void {
    if (this.#isStopped || check.isRemoved) return
    if (check.due) check.due.isCancelled = true
    check.stage = 'resting'
    check.due = this.#queue.add(check, dueMs)
    this.#setTimer()
  }

  #setTimer(): void {
    const dueMs = this.#queue.nextDueMs()
    if (dueMs === undefined || (this.#timer && this.#timerDueMs <= dueMs)) return
    this.#timer?.cancel()
    this.#timerDueMs = dueMs
    const delayMs = Math.min(longestTimerMs, Math.max(0, Math.ceil(dueMs + togetherMs - this.#deps.monotonicMs())))
    this.#timer = this.#deps.clock.after(delayMs, () => this.#startDue())
  }

  #startDue(): void {
    this.#timer = null
    if (this.#isStopped) return
    const untilMs = this.#deps.monotonicMs()
    for (let entry = this.#queue.takeDue(untilMs); entry; entry = this.#queue.takeDue(untilMs)) {
      const { item: check, dueMs } = entry
      check.due = null
      if (!this.#deps.mayStart(check)) this.#schedule(check, untilMs + pausedMs)
      else this.#request(check, dueMs)
    }
    this.#setTimer()
  }

  #request(check: WatchedCheck, dueMs: number): void {
    check.stage = 'waiting'
    if (isPassive(check.definition.spec)) {
      void this.#run(check, dueMs, null)
      return
    }
    const host = check.host
    this.#slots.request(host, () => {
      if (check.isRemoved || this.#isStopped) return false
      if (!this.#deps.mayStart(check)) {
        this.#schedule(check, this.#deps.monotonicMs() + pausedMs)
        return false
      }
      void this.#run(check, dueMs, host)
      return true
    })
  }

  async #run(check: WatchedCheck, dueMs: number, host: string | null): Promise<void> {
    const { clock, monotonicMs, settle, onError } = this.#deps
    check.stage = 'running'
    const startedMs = monotonicMs()
    const startedAtMs = clock.now()
    const latenessMs = Math.max(0, startedMs - dueMs)
    const dueAtMs = startedAtMs - latenessMs
    let nextMs = dueMs + check.definition.spec.interval
    try {
      const result = await this.#measure(check, startedAtMs).finally(() => host !== null && this.#slots.release(host))
      if (check.isRemoved || this.#isStopped) return
      const delayMs = await settle(check, { result, dueAtMs, startedAtMs, startedMs, latenessMs })
      if (!Number.isFinite(delayMs)) throw new RangeError(`a check cannot be due again in ${delayMs} ms`)
      nextMs = dueMs + delayMs
    } catch (error) {
      onError(error, check)
    }
    const isWantedNow = check.isWantedAgain
    check.isWantedAgain = false
    this.#schedule(check, isWantedNow ? monotonicMs() : Math.max(nextMs, monotonicMs()))
  }

  async #measure(check: WatchedCheck, startedAtMs: number): Promise<MeasuredResult | null> {
    const { spec } = check.definition
    if (isPassive(spec)) return this.#deps.evaluate(check, startedAtMs)
    const controller = new AbortController()
    this.#running.set(check, controller)
    try {
      return await this.#deps.runCheck(spec, this.#context(controller))
    } finally {
      this.#running.delete(check)
    }
  }

  #context(controller: AbortController): CheckContext {
    return {
      signal: controller.signal,
      allowHosts: this.#deps.allowHosts(),
      monotonicMs: this.#deps.monotonicMs,
      now: () => this.#deps.clock.now(),
    }
  }
}
