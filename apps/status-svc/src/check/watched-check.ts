import type { CheckKindName, CheckSpec } from '@akashic/config'
import { checkHost, type CheckResult } from '@akashic/checks'
import { namedChecks } from '../component/check-names.ts'
import type { ComponentRecord } from '../component/component.ts'
import type { Verdict } from '../status/check-verdict.ts'
import type { DueEntry } from './due-queue.ts'
import { unjudged, type CheckState } from './judge.ts'
import { shardOf } from './lease/shard.ts'
import type { Witness } from './sight.ts'

/** One check of one component, as defined now. */
export interface CheckDefinition {
  /** `${componentId}/${name}`. */
  readonly id: string
  readonly componentId: string
  readonly componentNum: number
  readonly name: string
  readonly spec: CheckSpec
  readonly shard: number
  readonly createdAtMs: number
}

/** A result as the engine knows it: made by going to the target, or told by a heartbeat or a report. */
export interface MeasuredResult extends Omit<CheckResult, 'outcome'> {
  readonly outcome: Verdict
  /** When a told check's outcome changes by time alone, in epoch milliseconds. */
  readonly nextChangeMs?: number
}

const passiveKinds: ReadonlySet<CheckKindName> = new Set(['heartbeat', 'reported'])

/** True for kinds that wait to be told instead of going to a target. */
export function isPassive(spec: CheckSpec): boolean {
  return passiveKinds.has(spec.kind)
}

/** Every check of `components`. */
export function definitionsOf(components: readonly ComponentRecord[]): CheckDefinition[] {
  return components.flatMap((component) =>
    namedChecks(component.spec).map(({ id, name, spec }) => ({
      id,
      componentId: component.id,
      componentNum: component.num,
      name,
      spec,
      shard: shardOf(component.num),
      createdAtMs: component.createdAtMs,
    })),
  )
}

/** A check that this replica makes: its definition, what is known of it, and where it is in its round. */
export class WatchedCheck implements Witness {
  definition: CheckDefinition
  /** Identifies it in the tables of results. */
  readonly num: number
  /** What the replica's hold on the shard was when it took the check over: results of an older hold are not written. */
  readonly fencingToken: number
  /** Since when heartbeats and reports are received without a break, as far as is known. */
  seeingSinceMs: number
  state: CheckState
  group: string
  host: string
  /** Where it was last answered from, else its host. */
  address: string
  /** Start of the last check that was answered, and of the first that was not answered since, on the monotonic clock. */
  answeredAtMs: number | null = null
  unansweredSinceMs: number | null = null
  due: DueEntry<WatchedCheck> | null = null
  stage: 'resting' | 'waiting' | 'running' = 'resting'
  /** Asked for while it ran: it runs again at once. */
  isWantedAgain = false
  isRemoved = false
  /** Results of runs that began before, on the monotonic clock, say nothing; Infinity while it is paused. */
  #heedsFromMs = 0

  constructor(
    definition: CheckDefinition,
    known: Pick<WatchedCheck, 'num' | 'fencingToken' | 'seeingSinceMs' | 'state' | 'group'>,
  ) {
    this.definition = definition
    this.num = known.num
    this.fencingToken = known.fencingToken
    this.seeingSinceMs = known.seeingSinceMs
    this.state = known.state
    this.group = known.group
    this.host = checkHost(definition.spec)
    this.address = this.host
  }

  get spec(): CheckSpec {
    return this.definition.spec
  }

  get isHealthy(): boolean {
    return this.state.verdict === 'operational' || this.state.verdict === 'degraded'
  }

  get isPaused(): boolean {
    return this.#heedsFromMs === Infinity
  }

  /** True of a run that began at `startedMs` on the monotonic clock unless the check was paused since. */
  heeds(startedMs: number): boolean {
    return startedMs >= this.#heedsFromMs
  }

  /** From now on nothing is known of the target, and nothing is taken in. */
  pause(nowMs: number): void {
    this.#begin(nowMs, Infinity)
  }

  /** Begins anew: calls and reports may have been missed, and what was known before says nothing of now.
   *  @param startMs the same instant on the monotonic clock */
  resume(nowMs: number, startMs: number): void {
    this.#begin(nowMs, startMs)
    this.seeingSinceMs = nowMs
  }

  #begin(nowMs: number, heedsFromMs: number): void {
    this.#heedsFromMs = heedsFromMs
    this.state = unjudged(nowMs)
    this.answeredAtMs = null
    this.unansweredSinceMs = null
  }

  /** Goes on under a changed definition of the same check. */
  redefine(definition: CheckDefinition): void {
    this.definition = definition
    this.host = checkHost(definition.spec)
    this.address = this.host
    this.answeredAtMs = null
    this.unansweredSinceMs = null
  }
}
