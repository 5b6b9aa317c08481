import type { AiProvider } from '@akashic/config'
import type { Clock } from '@akashic/shared/clock'
import type { Headers } from '../attempt/answer.ts'
import { readAtMost } from '../attempt/read-at-most.ts'
import type { Failure } from '../failure/failure.ts'
import type { Limits } from '../limit/limits.ts'
import { classifyAnswer } from '../upstream/classify-answer.ts'
import { classifyThrow, unusable } from '../upstream/classify-throw.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { Probe } from './probe.ts'

export interface ProbeDeps {
  readonly upstream: Upstream
  readonly clock: Clock
  readonly monotonicMs: () => number
  readonly limits: Limits
  /** Asks one model for one token, where that is configured; null: it answered. */
  readonly askForToken: (provider: AiProvider, model: string, signal: AbortSignal) => Promise<Failure | null>
}

const maxListBytes = 4_194_304

/** Asks a provider for its models, which costs nothing, and reads its limits on the way. */
export async function probeProvider(deps: ProbeDeps, provider: AiProvider, signal: AbortSignal): Promise<Probe> {
  const { clock, limits, monotonicMs } = deps
  const startedMs = monotonicMs()
  const listed = await listModels(deps, provider, signal)
  const latencyMs = monotonicMs() - startedMs
  const failure = listed.failure ?? (await failureOfTokens(deps, provider, signal))
  return {
    atMs: clock.now(),
    status: failure === null ? 'healthy' : isUnreachable(failure) ? 'failed' : 'degraded',
    latencyMs: listed.failure?.status === null ? null : latencyMs,
    modelsAvailable: listed.models?.size ?? null,
    missingModels: listed.models && missingOf(provider, listed.models),
    problem: failure && { class: failure.class, message: failure.message },
    limits: limits.of(provider),
  }
}

/** Wanted models that are not listed. Azure lists models and not deployments, so that one which is not there proves nothing; and
 *  self-hosted servers list `llama3` as `llama3:latest`. */
function missingOf({ kind, models }: AiProvider, listed: ReadonlySet<string>): readonly string[] | null {
  const missing = models
    .map(({ id }) => id)
    .filter((id) => !listed.has(id) && !(kind === 'self_hosted' && listed.has(`${id}:latest`)))
  return kind === 'azure' && missing.length > 0 ? null : missing
}

/** A provider that answers with a refusal is there. */
export const isUnreachable = (failure: Pick<Failure, 'class'>): boolean => failure.class === 'api_connection_failed'

type Listed =
  | { readonly models: ReadonlySet<string>; readonly failure: null }
  | { readonly models: null; readonly failure: Failure }

async function listModels(
  { upstream, clock, limits }: ProbeDeps,
  provider: AiProvider,
  signal: AbortSignal,
): Promise<Listed> {
  try {
    const call = { path: 'models', model: null, body: null, headers: {} as Headers, signal } as const
    const { status, headers, body } = await upstream.send(provider, call)
    const bytes = await readAtMost(body, maxListBytes)
    limits.observe(provider, '', headers)
    if (status !== 200) return { models: null, failure: classifyAnswer({ status, headers, body: bytes }, clock.now()) }
    const models = idsIn(bytes)
    return models ? { models, failure: null } : { models: null, failure: unusable('no_list_of_models') }
  } catch (error) {
    return { models: null, failure: classifyThrow(error, false) }
  }
}

function idsIn(bytes: Buffer): ReadonlySet<string> | null {
  try {
    const { data } = JSON.parse(bytes.toString()) as { data: { id: unknown }[] }
    return new Set(data.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])))
  } catch {
    return null
  }
}

async function failureOfTokens(deps: ProbeDeps, provider: AiProvider, signal: AbortSignal): Promise<Failure | null> {
  if (!provider.probe.completions) return null
  for (const { id, endpoints } of provider.models) {
    if (!endpoints.includes('chat')) continue
    const failure = await deps.askForToken(provider, id, signal).catch((error: unknown) => classifyThrow(error, false))
    // Who refuses so small a request, as some models that reason do, is there.
    if (failure && failure.class !== 'invalid_request') return failure
  }
  return null
}
