import type { CheckContext, CheckResult } from '@akashic/checks'
import type { CheckSpec } from '@akashic/config'
import type { Health, Platform } from '@akashic/shared/module'
import type { Transaction } from '@akashic/shared/postgres'
import type { ComponentDirectory } from '../component/component.ts'
import type { CheckingGap, CheckVerdict } from '../status/check-verdict.ts'
import { createEngineMetrics } from './engine-metrics.ts'
import { evaluateTold } from './evaluate-told.ts'
import { ShardHolder, type ShardGap } from './lease/hold-shards.ts'
import { shardOf } from './lease/shard.ts'
import { ResultWriter } from './result/result-writer.ts'
import { evaluationChannel } from './result/store.ts'
import { createWriteResults } from './result/write-results.ts'
import type { Retention } from './rollup/retain.ts'
import { startRollups } from './rollup/start-rollups.ts'
import { CheckRunner } from './run-checks.ts'
import { settleResult } from './settle-result.ts'
import { Sights } from './sights.ts'
import type { SlotLimits } from './slots.ts'
import { WatchList } from './watch-list.ts'

/** What of the configuration the engine follows; read anew each time, so that a reload takes effect at once. */
export interface EngineSettings {
  readonly checks: SlotLimits
  readonly vision: { readonly canaries: readonly CheckSpec[] }
  readonly retention: Retention
  readonly outbound: { readonly allowHosts: readonly string[] }
}

export interface CheckEngineDeps {
  readonly platform: Pick<Platform, 'replicaId' | 'clock' | 'random' | 'log' | 'metrics' | 'db' | 'queue'>
  /** Milliseconds that only go forward, whatever the wall clock is set to. */
  readonly monotonicMs: () => number
  readonly components: ComponentDirectory
  readonly settings: () => EngineSettings
  readonly runCheck: (spec: CheckSpec, context: CheckContext) => Promise<CheckResult>
  readonly applyVerdicts: (tx: Transaction, verdicts: readonly CheckVerdict[]) => Promise<void>
  readonly recordGap: (tx: Transaction, gap: CheckingGap) => Promise<void>
  /** How long a replica's hold on its checks lasts after it was last renewed; default 10 s. */
  readonly leaseMs?: number
}

/** Turns definitions into verdicts: makes this replica's share of the checks, judges the results and writes them. */
export interface CheckEngine {
  start(): Promise<void>
  /** Hands its checks over to the other replicas and writes what was measured; gives up after `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>
  health(): Health
  /** Runs no checks of the components with these numbers, from now on until it is called without them. */
  pause(componentNums: ReadonlySet<number>): void
  /** True while the checker itself is cut off. */
  isBlind(): boolean
}

const defaultLeaseMs = 10_000

export function createCheckEngine(deps: CheckEngineDeps): CheckEngine {
  const { platform, components, settings, monotonicMs } = deps
  const { clock, db, log } = platform
  const onError = (error: unknown) => log.error({ err: error }, 'a check could not be settled')
  let stopListening: () => Promise<void> = async () => undefined

  const writer = new ResultWriter({
    clock,
    random: platform.random,
    log,
    write: createWriteResults({ db, replicaId: platform.replicaId, ...deps }),
    onLost: (count) => metrics.lost.inc(count),
  })
  const sights = new Sights({
    monotonicMs,
    log,
    checks: () => watchList.checks(),
    canaries: () => settings().vision.canaries,
    ask: (spec) => runner.ask(spec),
    onChange: (isBlind) => {
      metrics.blind.set(isBlind ? 1 : 0)
      if (!isBlind) watchList.runBlinded()
    },
  })
  const runner: CheckRunner = new CheckRunner({
    clock,
    monotonicMs,
    limits: () => settings().checks,
    allowHosts: () => settings().outbound.allowHosts,
    runCheck: deps.runCheck,
    evaluate: (check, nowMs) => evaluateTold(db, check, nowMs),
    mayStart: (check) => holder.isValid() && !check.isPaused,
    settle: (check, run) => {
      metrics.lateness.observe(run.latenessMs / 1_000)
      if (run.result) metrics.results.inc({ kind: check.spec.kind, outcome: run.result.outcome })
      return settleResult({ sightOf: (of) => sights.of(of), record: (result) => writer.add(result) }, check, run)
    },
    onError,
  })
  const watchList: WatchList = new WatchList({ db, clock, monotonicMs, components, runner })
  const holder: ShardHolder = new ShardHolder({
    db,
    clock,
    monotonicMs,
    log,
    replicaId: platform.replicaId,
    leaseMs: deps.leaseMs ?? defaultLeaseMs,
    onGap: async (tx, gap) => {
      watchList.restartSeeing(gap.shards, gap.toMs)
      await deps.recordGap(tx, componentsIn(gap, components))
    },
    drain: async (shards) => {
      watchList.drop(shards)
      await writer.flush()
    },
    onHeld: (held) => watchList.follow(held),
  })
  const metrics = createEngineMetrics(platform.metrics, {
    watched: () => watchList.size,
    paused: () => watchList.paused,
    inFlight: () => runner.inFlight,
    buffered: () => writer.buffered,
    shards: () => holder.held.size,
  })

  async function shutDown(): Promise<void> {
    runner.stop()
    await stopListening()
    await holder.stop().catch((error: unknown) => log.warn({ err: error }, 'the leases could not be given up'))
    await writer.stop()
  }

  return {
    start: async () => {
      await startRollups({ db, clock, queue: platform.queue, retention: () => settings().retention })
      const unlisten = await db.listen(evaluationChannel, (checkId) => watchList.runNow(checkId))
      const unsubscribe = components.onChange(() => void holder.soon())
      stopListening = async () => {
        unsubscribe()
        await unlisten()
      }
      await holder.start()
    },
    stop: (deadlineMs) =>
      new Promise((resolve) => {
        const timer = clock.after(deadlineMs, resolve)
        void shutDown()
          .catch(onError)
          .finally(() => {
            timer.cancel()
            resolve()
          })
      }),
    health: () => {
      if (sights.isBlind()) return { state: 'degraded', reason: 'the checker cannot see: its own network is broken' }
      if (writer.isFailing) return { state: 'degraded', reason: 'the results of the checks could not be written' }
      if (!holder.isRenewed()) return { state: 'degraded', reason: 'the leases of the checks could not be renewed' }
      return { state: 'serving' }
    },
    pause: (componentNums) => watchList.pause(componentNums),
    isBlind: () => sights.isBlind(),
  }
}

function componentsIn(gap: ShardGap, components: ComponentDirectory): CheckingGap {
  const componentIds = components
    .current()
    .filter((component) => gap.shards.has(shardOf(component.num)))
    .map((component) => component.id)
  return { componentIds, fromMs: gap.fromMs, toMs: gap.toMs }
}
