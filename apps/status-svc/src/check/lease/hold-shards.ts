import type { Clock, Timer } from '@akashic/shared/clock'
import type { Database, Transaction } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import { fairShare, shardCount } from './shard.ts'
import {
  announceMember,
  claimShards,
  releaseShards,
  removeMember,
  renewShards,
  restartSeeing,
  shardsChannel,
  type ClaimedShard,
  type HeldShard,
} from './store.ts'

export interface ShardHolderDeps {
  readonly db: Database
  readonly clock: Clock
  readonly monotonicMs: () => number
  readonly log: Logger
  /** New with each start of a process: what an earlier process held is not ours. */
  readonly replicaId: string
  /** How long a shard stays ours after the last renewal; renewed three times as often. */
  readonly leaseMs: number
  /** Told within the round's transaction in which stretch nobody checked some shards. */
  readonly onGap: (tx: Transaction, gap: ShardGap) => Promise<void>
  /** Asked to stop the checks of `shards` and to write what is measured, before they are given up. */
  readonly drain: (shards: ReadonlySet<number>) => Promise<void>
  /** Told after each round what is held now. */
  readonly onHeld: (held: ReadonlyMap<number, HeldShard>) => Promise<void>
}

export interface ShardGap {
  readonly shards: ReadonlySet<number>
  readonly fromMs: number
  readonly toMs: number
}

/** Holds this replica's fair share of the shards: renews, claims, and gives up what is too much. */
export class ShardHolder {
  readonly #deps: ShardHolderDeps
  #held: ReadonlyMap<number, HeldShard> = new Map()
  #timer: Timer | null = null
  #round: Promise<void> = Promise.resolve()
  #unlisten: (() => Promise<void>) | null = null
  #isRoundWaiting = false
  #isStopped = false
  #validUntilMs = -Infinity
  #isAlone = true
  /** Since when checks were held back because the lease may have run out, in epoch milliseconds. */
  #pausedSinceMs: number | null = null

  constructor(deps: ShardHolderDeps) {
    this.#deps = deps
  }

  get held(): ReadonlyMap<number, HeldShard> {
    return this.#held
  }

  /** False once the lease may have run out, while other replicas may have taken the shards. A lone replica goes on. */
  isValid(): boolean {
    if (this.#isAlone || this.isRenewed()) return true
    this.#pausedSinceMs ??= this.#deps.clock.now()
    return false
  }

  /** False once the last renewal is older than the lease. */
  isRenewed(): boolean {
    return this.#deps.monotonicMs() < this.#validUntilMs
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#deps.db.listen(shardsChannel, () => this.soon())
    await this.soon()
  }

  /** Holds a round as soon as the running one is over. */
  soon(): Promise<void> {
    if (this.#isRoundWaiting) return this.#round
    this.#isRoundWaiting = true
    this.#round = this.#round.then(() => this.#hold())
    return this.#round
  }

  /** Gives every shard up at once, and leaves: whoever learns of the one knows of the other, and shares anew. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    await this.#unlisten?.().catch(() => undefined)
    await this.#round
    await this.#giveUp([...this.#held.keys()], (tx) => removeMember(tx, this.#deps.replicaId))
  }

  async #hold(): Promise<void> {
    this.#isRoundWaiting = false
    this.#timer?.cancel()
    if (this.#isStopped) return
    const { clock, leaseMs, log } = this.#deps
    try {
      const excess = await this.#renewAndClaim()
      await this.#deps.onHeld(this.#held)
      if (excess.length > 0) await this.#giveUp(excess)
    } catch (error) {
      log.warn({ err: error }, 'could not renew the leases of the checks')
    }
    if (this.#isStopped) return
    this.#timer = clock.after(leaseMs * 0.3, () => void this.soon())
  }

  /** @returns the shards that are more than this replica's share. */
  async #renewAndClaim(): Promise<number[]> {
    const { db, monotonicMs, replicaId, leaseMs } = this.#deps
    const startedMs = monotonicMs()
    const pausedSinceMs = this.#pausedSinceMs
    const { members, held, claimed } = await db.transaction(async (tx) => {
      const members = await announceMember(tx, replicaId, leaseMs)
      const renewed = await renewShards(tx, replicaId, leaseMs)
      const wanted = fairShare(members, replicaId) - renewed.length
      const claimed = wanted > 0 ? await claimShards(tx, { replicaId, leaseMs, count: wanted }) : []
      await this.#tellGaps(tx, renewed, claimed, pausedSinceMs)
      return { members, held: [...renewed, ...claimed], claimed }
    })
    this.#isAlone = members.length <= 1
    this.#validUntilMs = startedMs + leaseMs
    this.#pausedSinceMs = null
    this.#report(held, claimed)
    this.#held = new Map(held.map((shard) => [shard.shard, shard]))
    const share = fairShare(members, replicaId)
    return [...this.#held.keys()].slice(share)
  }

  async #tellGaps(
    tx: Transaction,
    renewed: readonly HeldShard[],
    claimed: readonly ClaimedShard[],
    pausedSinceMs: number | null,
  ): Promise<void> {
    const { clock, leaseMs, onGap, replicaId } = this.#deps
    const toMs = clock.now()
    const unheld = claimed.filter((shard) => shard.unheldMs !== null && shard.unheldMs > leaseMs)
    const together = Map.groupBy(unheld, (shard) => Math.round(shard.lastAliveAgoMs! / leaseMs))
    for (const group of together.values()) {
      const fromMs = toMs - Math.max(...group.map((shard) => shard.lastAliveAgoMs!))
      await onGap(tx, { shards: new Set(group.map((shard) => shard.shard)), fromMs: Math.round(fromMs), toMs })
    }
    if (pausedSinceMs === null || toMs - pausedSinceMs <= leaseMs || renewed.length === 0) return
    await onGap(tx, { shards: new Set(renewed.map((shard) => shard.shard)), fromMs: pausedSinceMs, toMs })
    await restartSeeing(tx, replicaId)
  }

  #report(held: readonly HeldShard[], claimed: readonly ClaimedShard[]): void {
    const lost = [...this.#held.values()].filter(
      (before) => !held.some((now) => now.shard === before.shard && now.fencingToken === before.fencingToken),
    )
    if (claimed.length === 0 && lost.length === 0) return
    this.#deps.log.info(
      { held: held.length, of: shardCount, claimed: claimed.length, lost: lost.length },
      'the share of checks made here changed',
    )
  }

  /** @param alongside what the others have to learn in the same moment. */
  async #giveUp(shards: readonly number[], alongside?: (tx: Transaction) => Promise<void>): Promise<void> {
    const { db, replicaId, drain } = this.#deps
    await drain(new Set(shards))
    await db.transaction(async (tx) => {
      await alongside?.(tx)
      await releaseShards(tx, replicaId, shards)
    })
    const left = new Map(this.#held)
    for (const shard of shards) left.delete(shard)
    this.#held = left
  }
}
