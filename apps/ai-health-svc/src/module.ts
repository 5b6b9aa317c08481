import { fileURLToPath } from 'node:url'
import type { Config } from '@akashic/config'
import { topics } from '@akashic/events'
import { aiHealthService, statusService, type StatusService } from '@akashic/proto'
import type { Environment, LiveConfig } from '@akashic/shared/config'
import { OpsError } from '@akashic/shared/errors'
import { createRelay } from '@akashic/shared/events'
import { every } from '@akashic/shared/lifecycle'
import type { Health, Module, Platform } from '@akashic/shared/module'
import { composeAsking } from './compose-asking.ts'
import { composeQuality } from './compose-quality.ts'
import { withQuality } from './health/derive-health.ts'
import { encodeHealth, unmeasured } from './health/encode-health.ts'
import { createHealthKeeper } from './health/keep-health.ts'
import { reportComponents } from './health/report-components.ts'
import { shareUse } from './limit/share-use.ts'
import type { Served } from './proxy/complete.ts'
import { createProxyServer } from './proxy/server.ts'
import { createVirtualKeys } from './proxy/virtual-keys.ts'
import { observationOf } from './quality/observe-served.ts'
import { readDataKey, type DataKey } from './request-queue/data-key.ts'
import { expireRequests } from './request-queue/expire-requests.ts'
import { createRequestWorker } from './request-queue/work-requests.ts'
import { aiHealthHandlers } from './rpc.ts'

/** The migrations of this service; the process runs them before `start`. */
export const migrations = { schema: 'ai_health', dir: fileURLToPath(new URL('./migrations', import.meta.url)) }

const tickMs = 1_000
const shareUseEveryMs = 2_000
const reportEveryMs = 10_000
const expireEveryMs = 10_000
const pruneEveryMs = 600_000
const relayStopMs = 3_000

export interface AiHealthModule extends Module {
  /** Port of the proxy; null while it does not listen. */
  proxyPort(): number | null
}

type Addresses = Pick<Environment, 'host' | 'aiProxyPort' | 'dataKey' | 'databaseUrl'>

/** AI providers: how they are, what becomes of requests that fail, the proxy before them, and how good answers are. */
export function createAiHealthModule(
  config: LiveConfig<Config>,
  platform: Platform,
  addresses: Addresses,
): AiHealthModule {
  const { db, clock, queue } = platform
  const asking = composeAsking(config, platform, {
    onCircuitWritten: async (tx, { asked: { provider, model }, before, after }) => {
      await keeper.tellIn(tx, provider.name)
      if (before?.reason === 'quality' && after.state === 'closed')
        await quality.recoveredIn(tx, provider.name, model.id)
    },
  })
  const { ai, providers, log, outbox, use, share, circuits, limits, metrics, ask, probe } = asking
  const quality = composeQuality(platform, asking)
  const keeper = createHealthKeeper({ db, clock, log, outbox, providers, circuits, limits, probe })
  const keys = createVirtualKeys(() => ai().keys)
  let dataKey: DataKey = { key: null, problem: 'the service is starting' }
  const queueDeps = { db, clock, queue, settings: ai, dataKey: () => dataKey }
  const worker = createRequestWorker({ ...queueDeps, ask, outbox, keyNamed: keys.named })
  const relay = createRelay({ ...platform, schema: 'ai_health', bus: platform.events, topics, log })
  const proxy = createProxyServer({
    ...ask,
    ...{ keys, log, settings: ai, host: addresses.host, port: addresses.aiProxyPort },
    onArrived: metrics.arrived,
    onServed: (served) => {
      metrics.served(
        served.request.endpoint,
        served.candidate?.provider.name ?? 'none',
        outcomeOf(served),
        served.durationMs,
      )
      const { answered } = served
      if (answered?.answer.kind === 'stream') {
        use.spent(answered.candidate.provider.name, answered.answer.watch.totalTokens())
      }
      const observation = observationOf(served)
      if (observation) quality.monitor.observe(observation)
    },
  })
  const client = platform.rpcClients.client<StatusService>('status', statusService)
  let isStarted = false
  const stops: (() => void | Promise<void>)[] = []

  async function health() {
    const summaryOf = await quality.summaries().catch(() => () => unmeasured)
    const reports = keeper.facts().map((facts) => {
      const { kind, priority } = providers().find(({ name }) => name === facts.provider.name)!
      const quality = summaryOf(facts.provider.name)
      return { facts, derived: withQuality(keeper.derived(facts), quality), kind, priority, quality }
    })
    return encodeHealth(reports, summaryOf(''), clock.now())
  }

  platform.rpcServer.add(
    aiHealthService,
    aiHealthHandlers({
      ...{ db, clock, ask, queue: queueDeps, settings: ai, keyNamed: keys.named, monitor: quality.monitor, health },
      refresh: () => keeper.refresh(),
      droppedTotal: metrics.droppedTotal,
      queueProblem: () => {
        if (dataKey.key === null) return dataKey.problem
        return ai().keys.some((key) => key.queue) ? '' : 'no key of `ai.keys` has `queue: true`'
      },
      assertStarted: () => {
        if (!isStarted) throw new OpsError('unavailable', 'The AI health service is starting.')
      },
    }),
  )

  /** What needs providers begins with the first of them, be it by a reload. */
  async function begin(): Promise<void> {
    if (providers().length === 0) return
    if (proxy.port() === null) await proxy.start()
    await quality
      .forgetRemoved()
      .catch((error: unknown) => log.warn({ err: error }, 'alerts of removed models could not be ended'))
    if (dataKey.key !== null && ai().keys.some((key) => key.queue)) await worker.begin()
  }

  const report = () =>
    reportComponents({
      ...{ client, log, config: () => config.current() },
      healthOf: (names) => {
        const derived = keeper
          .facts()
          .filter(({ provider }) => names.includes(provider.name))
          .map(keeper.derived)
        return { all: derived.map(({ overall }) => overall), message: messageOf(derived) }
      },
    })

  return {
    name: 'ai-health',
    proxyPort: () => proxy.port(),
    start: async () => {
      const isDatabaseOwn = addresses.databaseUrl === null
      dataKey = await readDataKey({ given: addresses.dataKey, dataDir: platform.dataDir, isDatabaseOwn })
      await relay.start()
      stops.push(() => relay.stop(relayStopMs))
      stops.push(await share.start())
      isStarted = true
      await begin()
      stops.push(
        config.onReload(begin),
        config.onReload(() => asking.upstream.keepOnly(providers())),
        every({ clock, log }, tickMs, 'keeping the circuits', () => share.tick()),
        every({ clock, log }, shareUseEveryMs, 'sharing the use of AI providers', () =>
          shareUse({ db, providers, use, replicaId: platform.replicaId }),
        ),
        every({ clock, log }, tickMs, 'keeping the health of AI providers', () => keeper.tick()),
        every({ clock, log }, quality.monitor.writeEveryMs, 'writing judged answers', () => quality.monitor.tick()),
        every({ clock, log }, reportEveryMs, 'reporting AI services', report),
        every({ clock, log }, expireEveryMs, 'expiring queued requests', (now) =>
          expireRequests({ ...queueDeps, outbox }, now),
        ),
        every({ clock, log }, pruneEveryMs, 'removing old scores', (now) => quality.prune(now)),
        every({ clock, log }, pruneEveryMs, 'ending alerts of removed models', () => quality.forgetRemoved()),
      )
    },
    stop: async (deadlineMs) => {
      await proxy.stop(deadlineMs)
      for (const stop of stops.toReversed()) await stop()
      await Promise.all([quality.monitor.stop(), share.settled(), keeper.stop()])
      await asking.upstream.close()
    },
    health: (): Health => (isStarted ? relay.health() : { state: 'not_serving', reason: 'starting' }),
  }
}

const messageOf = (derived: readonly { readonly problem: { readonly message: string } | null }[]): string =>
  derived
    .flatMap(({ problem }) => problem?.message ?? [])
    .join('; ')
    .slice(0, 1_000)

function outcomeOf({ failure, hasCallerLeft }: Served): string {
  if (hasCallerLeft) return 'caller_left'
  return failure?.class ?? 'answered'
}
