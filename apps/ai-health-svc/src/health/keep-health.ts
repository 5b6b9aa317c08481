import type { AiProvider } from '@akashic/config'
import { aiEvents, makeEvent } from '@akashic/events'
import type { Clock } from '@akashic/shared/clock'
import type { Outbox } from '@akashic/shared/events'
import type { Database, Transaction } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import type { Circuits } from '../circuit/circuits.ts'
import { asOf, type Limits } from '../limit/limits.ts'
import type { Probe } from '../probe/probe.ts'
import {
  claimProbe,
  lockProvider,
  makeProbesDue,
  readProviders,
  releaseProbe,
  saveOverall,
  saveProbe,
} from './store.ts'
import { deriveHealth, type DerivedHealth, type ProviderFacts } from './derive-health.ts'

export interface KeepHealthDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly outbox: Outbox
  readonly providers: () => readonly AiProvider[]
  readonly circuits: Circuits
  readonly limits: Limits
  readonly probe: (provider: AiProvider, signal: AbortSignal) => Promise<Probe>
}

/** Has every provider probed when that is due, by one replica, and publishes when one is healthier or less healthy. */
export function createHealthKeeper(deps: KeepHealthDeps) {
  const { db, clock, log, outbox, providers, circuits, limits } = deps
  const stopping = new AbortController()
  let probes: ReadonlyMap<string, Probe | null> = new Map()

  function factsOf(provider: AiProvider, probe: Probe | null | undefined): ProviderFacts {
    const own = limits.of(provider)
    const probed = probe?.limits && asOf(probe.limits, clock.now())
    // Who has no traffic of its own goes by what the last probe saw.
    const isProbeNewer = probed !== undefined && (probed.observedAtMs ?? 0) > (own.observedAtMs ?? 0)
    return {
      provider,
      probe: probe ?? null,
      circuits: provider.models.map((model) => ({ model: model.id, circuit: circuits.get({ provider, model }) })),
      limits: isProbeNewer ? probed : own,
    }
  }

  /** Tells of `provider` within `tx` if it is not as was told last. */
  async function tellIn(tx: Transaction, provider: AiProvider): Promise<void> {
    const nowMs = clock.now()
    const stored = await lockProvider(tx, provider.name, nowMs)
    const { overall, problem } = deriveHealth(factsOf(provider, stored.probe), nowMs)
    if (overall === stored.overall) return
    await saveOverall(tx, provider.name, overall, problem?.class ?? null, nowMs)
    const message = problem ? `${provider.name}: ${problem.message}.` : `${provider.name} is ${overall}.`
    const told = { provider: provider.name, status: overall, oldStatus: stored.overall, message }
    const data = { ...told, ...(problem && { problem: problem.class }), at: new Date(nowMs).toISOString() }
    const event = makeEvent(aiEvents.health_changed, { id: provider.name }, data, { nowMs, actor: 'service:ai-health' })
    await outbox.add(tx, [event])
    log.info({ provider: provider.name, from: stored.overall, to: overall, problem: problem?.class }, message)
  }

  async function probeOne(provider: AiProvider): Promise<void> {
    const { timeouts, probe, name } = provider
    const leaseMs = timeouts.connect + timeouts.firstByte + timeouts.idle + marginMs
    if (!(await claimProbe(db, name, clock.now(), leaseMs))) return
    const found = await deps.probe(provider, stopping.signal)
    // One that was broken off by us says nothing of the provider.
    if (stopping.signal.aborted) return releaseProbe(db, name)
    await db.transaction(async (tx) => {
      await saveProbe(tx, name, found, probe.interval)
      await tellIn(tx, provider)
    })
  }

  async function readProbes(): Promise<void> {
    probes = new Map((await readProviders(db)).map(({ name, probe }) => [name, probe]))
  }

  const probing = new Map<string, Promise<void>>()

  /** One probe of a provider at a time; one that hangs holds up no other. */
  function probeSoon(provider: AiProvider): Promise<void> {
    const present = probing.get(provider.name)
    if (present) return present
    const run = probeOne(provider)
      .catch((error: unknown) => log.warn({ err: error, provider: provider.name }, 'a provider could not be probed'))
      .finally(() => probing.delete(provider.name))
    probing.set(provider.name, run)
    return run
  }

  return {
    tick: async (): Promise<void> => {
      for (const provider of providers()) void probeSoon(provider)
      await readProbes()
    },
    /** Asks every provider again, and waits for what they say, 5 s at most. */
    refresh: async (): Promise<void> => {
      const all = providers()
      await makeProbesDue(
        db,
        all.map(({ name }) => name),
      )
      // One that hangs is told of as it was known before.
      await Promise.race([
        Promise.all(all.map(probeSoon)),
        new Promise<void>((resolve) => void clock.after(longestRefreshMs, resolve)),
      ])
      await readProbes()
    },
    /** Tells of the provider of a circuit that changed, within the transaction that writes the change. */
    tellIn: async (tx: Transaction, providerName: string): Promise<void> => {
      const provider = providers().find(({ name }) => name === providerName)
      if (provider) await tellIn(tx, provider)
    },
    facts: (): ProviderFacts[] => providers().map((provider) => factsOf(provider, probes.get(provider.name))),
    derived: (facts: ProviderFacts): DerivedHealth => deriveHealth(facts, clock.now()),
    /** Breaks off what is under way. */
    stop: (): Promise<unknown> => {
      stopping.abort(new Error('the service is stopping'))
      return Promise.all(probing.values())
    },
  }
}

const marginMs = 10_000
const longestRefreshMs = 5_000
