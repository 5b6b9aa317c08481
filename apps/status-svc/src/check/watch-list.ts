import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import type { ComponentDirectory, ComponentRecord } from '../component/component.ts'
import { unjudged } from './judge.ts'
import type { HeldShard } from './lease/store.ts'
import { firstDelay, phaseOf } from './phase.ts'
import { knownChecks } from './result/store.ts'
import type { CheckRunner } from './run-checks.ts'
import { blindFailure, groupsOf } from './vision.ts'
import { definitionsOf, WatchedCheck, type CheckDefinition } from './watched-check.ts'

export interface WatchListDeps {
  readonly db: Database
  readonly clock: Clock
  readonly components: ComponentDirectory
  readonly monotonicMs: () => number
  readonly runner: CheckRunner
}

/** The checks that this replica makes: those of its shards, as they are defined now. */
export class WatchList {
  readonly #deps: WatchListDeps
  readonly #checks = new Map<string, WatchedCheck>()
  /** Numbers of the components whose checks do not run now. */
  #paused: ReadonlySet<number> = new Set()
  /** The shards and components that are followed now. */
  #followed: { readonly tokens: string; readonly components: readonly ComponentRecord[] } | null = null

  constructor(deps: WatchListDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#checks.size
  }

  get paused(): number {
    return [...this.#checks.values()].filter((check) => check.isPaused).length
  }

  checks(): Iterable<WatchedCheck> {
    return this.#checks.values()
  }

  /** Starts and stops checks so that exactly those of the shards in `held` are made. */
  async follow(held: ReadonlyMap<number, HeldShard>): Promise<void> {
    const { components, db } = this.#deps
    const current = components.current()
    const tokens = [...held.values()]
      .map(({ shard, fencingToken }) => `${shard}:${fencingToken}`)
      .sort()
      .join()
    if (this.#followed?.components === current && this.#followed.tokens === tokens) return
    this.#followed = null
    const groups = groupsOf(current)
    const wanted = new Map(
      definitionsOf(current)
        .filter(({ shard }) => held.has(shard))
        .map((definition) => [definition.id, definition]),
    )
    for (const check of this.#checks.values()) {
      const definition = wanted.get(check.definition.id)
      if (!definition || held.get(definition.shard)!.fencingToken !== check.fencingToken) this.#drop(check)
      else this.#refresh(check, definition, groups)
    }
    const added = [...wanted.values()].filter((definition) => !this.#checks.has(definition.id))
    if (added.length > 0) this.#begin(await this.#take(db, added, held, groups))
    this.#followed = { tokens, components: current }
  }

  /** Takes note that calls and reports to the checks of `shards` may have been missed until `nowMs`. */
  restartSeeing(shards: ReadonlySet<number>, nowMs: number): void {
    for (const check of this.#checks.values()) if (shards.has(check.definition.shard)) check.seeingSinceMs = nowMs
  }

  /** Stops the checks of `shards`. */
  drop(shards: ReadonlySet<number>): void {
    this.#followed = null
    for (const check of this.#checks.values()) if (shards.has(check.definition.shard)) this.#drop(check)
  }

  /** Pauses the checks of the components with these numbers, and runs at once those that were paused and are no more. */
  pause(componentNums: ReadonlySet<number>): void {
    if (componentNums.size === 0 && this.#paused.size === 0) return
    this.#paused = componentNums
    const nowMs = this.#deps.clock.now()
    const resumed: WatchedCheck[] = []
    for (const check of this.#checks.values()) {
      const isPaused = componentNums.has(check.definition.componentNum)
      if (isPaused === check.isPaused) continue
      if (isPaused) check.pause(nowMs)
      else resumed.push(check)
    }
    for (const check of resumed) this.#resume(check, nowMs, resumed.length)
  }

  /** Runs one check now, if it is made here. */
  runNow(checkId: string): void {
    const check = this.#checks.get(checkId)
    if (check) this.#deps.runner.runNow(check)
  }

  /** Runs the checks again that found nothing while the checker was blind. */
  runBlinded(): void {
    const blinded = [...this.#checks.values()].filter((check) => check.state.failure?.code === blindFailure.code)
    for (const check of blinded) this.#deps.runner.runWithin(check, this.#firstDelay(check, blinded.length))
  }

  async #take(
    db: Database,
    definitions: readonly CheckDefinition[],
    held: ReadonlyMap<number, HeldShard>,
    groups: ReadonlyMap<string, string>,
  ): Promise<WatchedCheck[]> {
    const known = await knownChecks(db, definitions)
    const nowMs = this.#deps.clock.now()
    return definitions.map((definition) => {
      const { num, state } = known.get(definition.id)!
      const { fencingToken, seeingForMs } = held.get(definition.shard)!
      return new WatchedCheck(definition, {
        num,
        fencingToken,
        seeingSinceMs: nowMs - seeingForMs,
        state: state ?? unjudged(nowMs),
        group: groups.get(definition.componentId)!,
      })
    })
  }

  #begin(checks: readonly WatchedCheck[]): void {
    const nowMs = this.#deps.clock.now()
    const overdue = checks.filter((check) => dueInMs(check, nowMs) <= 0)
    for (const check of checks) {
      this.#checks.set(check.definition.id, check)
      if (this.#paused.has(check.definition.componentNum)) check.pause(nowMs)
      this.#deps.runner.add(check, Math.max(0, dueInMs(check, nowMs)) || this.#firstDelay(check, overdue.length))
    }
  }

  #resume(check: WatchedCheck, nowMs: number, count: number): void {
    check.resume(nowMs, this.#deps.monotonicMs())
    if (check.stage === 'running') this.#deps.runner.runNow(check)
    else this.#deps.runner.runWithin(check, this.#firstDelay(check, count))
  }

  #firstDelay({ definition }: WatchedCheck, count: number): number {
    const { interval } = definition.spec
    return firstDelay(phaseOf(definition.id, interval), interval, count)
  }

  #refresh(check: WatchedCheck, definition: CheckDefinition, groups: ReadonlyMap<string, string>): void {
    check.group = groups.get(definition.componentId)!
    if (check.definition.spec === definition.spec) return
    if (JSON.stringify(check.definition.spec) === JSON.stringify(definition.spec)) return
    check.redefine(definition)
    this.#deps.runner.runNow(check)
  }

  #drop(check: WatchedCheck): void {
    this.#deps.runner.remove(check)
    this.#checks.delete(check.definition.id)
  }
}

/** When a check goes on that another replica, or an earlier run of this one, made last; 0 or less when it is overdue. */
function dueInMs({ state, definition }: WatchedCheck, nowMs: number): number {
  if (state.lastAtMs === null || state.lastAtMs > nowMs) return 0
  return state.lastAtMs + definition.spec.interval - nowMs
}
