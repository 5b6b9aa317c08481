import type { Config } from '@akashic/config'
import type { LiveConfig } from '@akashic/shared/config'
import { createOutbox } from '@akashic/shared/events'
import type { Platform } from '@akashic/shared/module'
import type { Transaction } from '@akashic/shared/postgres'
import { askOnce, type AskDeps } from './attempt/ask-once.ts'
import { createCircuits, type Circuits } from './circuit/circuits.ts'
import { shareCircuits, type WrittenCircuit } from './circuit/share-circuits.ts'
import type { Failure } from './failure/failure.ts'
import { createLimits } from './limit/limits.ts'
import { createUse } from './limit/own-use.ts'
import { createPace } from './limit/pace.ts'
import { createAiMetrics } from './metrics.ts'
import { probeProvider } from './probe/probe-provider.ts'
import { readAiRequest } from './routing/ai-request.ts'
import { createUpstream } from './upstream/upstream.ts'

export interface AskingHooks {
  /** Called within the transaction that writes the change of a circuit. */
  readonly onCircuitWritten: (tx: Transaction, written: WrittenCircuit) => Promise<void>
}

/** Everything that asking a provider takes: connections, circuits, limits, counts. */
export function composeAsking(config: LiveConfig<Config>, platform: Platform, hooks: AskingHooks) {
  const { db, clock, monotonicMs, random } = platform
  const log = platform.log.child({ module: 'ai-health' })
  const ai = () => config.current().ai
  const providers = () => ai().providers
  const outbox = createOutbox('ai_health')
  const upstream = createUpstream({ outbound: () => config.current().outbound })
  const use = createUse({ clock })
  const limits = createLimits({ clock, use })
  const pace = createPace({ clock })
  const share = shareCircuits({
    ...{ db, clock, log, outbox, providers },
    circuits: (): Circuits => circuits,
    onWritten: hooks.onCircuitWritten,
  })
  const circuits = createCircuits({
    clock,
    lease: share.lease,
    trialsForQuality: () => ai().quality.trials,
    onChange: (change) => share.changed(change),
  })
  const metrics = createAiMetrics({
    registry: platform.metrics,
    clock,
    providers,
    circuitOf: (provider, model) => circuits.get({ provider, model }),
  })
  const ask: AskDeps = {
    ...{ upstream, clock, circuits, pace, random, monotonicMs },
    maxAnswerBytes: () => ai().proxy.maxAnswerBytes,
    onHeaders: ({ provider, model }, headers) => limits.observe(provider, model.id, headers),
    releaseTrial: (candidate) => share.release(candidate),
    onAttempt: (attempted) => {
      const { candidate, outcome } = attempted
      const { provider, model } = candidate
      metrics.attempted(provider.name, model.id, outcome.failure?.class ?? 'answered')
      use.sent(provider.name)
      // What a stream took is known at its end.
      if (outcome.answer?.kind === 'whole') use.spent(provider.name, tokensOf(outcome.answer.fields))
    },
  }
  const probe = (provider: Config['ai']['providers'][number], signal: AbortSignal) => {
    const deps = { upstream, clock, monotonicMs, limits, askForToken: tokenAsker(ask) }
    return probeProvider(deps, provider, AbortSignal.any([signal, boundOf(provider)]))
  }
  return { ai, providers, log, outbox, upstream, use, limits, circuits, share, metrics, ask, probe }
}

export type Asking = ReturnType<typeof composeAsking>

const probeMarginMs = 5_000

const boundOf = ({ timeouts }: Config['ai']['providers'][number]): AbortSignal =>
  AbortSignal.timeout(timeouts.connect + timeouts.firstByte + probeMarginMs)

function tokensOf(fields: Readonly<Record<string, unknown>>): number | null {
  const usage = fields['usage'] as { readonly total_tokens?: unknown } | null | undefined
  return typeof usage?.total_tokens === 'number' ? usage.total_tokens : null
}

function tokenAsker(ask: AskDeps) {
  return async (
    provider: Config['ai']['providers'][number],
    model: string,
    signal: AbortSignal,
  ): Promise<Failure | null> => {
    const messages = [{ role: 'user', content: 'ping' }]
    const request = readAiRequest('chat', Buffer.from(JSON.stringify({ model, messages, max_tokens: 1 })))
    const candidate = { provider, model: provider.models.find(({ id }) => id === model)! }
    // Trials of one whose answers got worse are for requests whose answers can be judged.
    if (ask.circuits.get(candidate).reason === 'quality') return null
    const asked = await askOnce(ask, candidate, request, signal)
    return asked.kind === 'failed' ? asked.failure : null
  }
}
