import type { AiProvider } from '@akashic/config'
import type { Clock } from '@akashic/shared/clock'
import { exhaustionMs, type Sample } from './forecast.ts'
import { reachedInMs, totalOf, type SecondOfUse, type Use } from './own-use.ts'
import { readLimits, tellsLimits, type ToldLimit } from './read-limits.ts'

/** How much of a limit is used. What is not known is null. */
export interface LimitUse {
  readonly used: number | null
  readonly limit: number | null
  readonly resetAtMs: number | null
  /** How long what remains lasts if use goes on as now; null where it lasts, or is not known. */
  readonly exhaustedInMs: number | null
}

export interface ProviderLimits {
  readonly requests: LimitUse
  readonly tokens: LimitUse
  readonly source: 'headers' | 'configuration' | null
  readonly observedAtMs: number | null
}

/** Samples are thinned to one in so many milliseconds, so that a window of two minutes is small. */
const sampleEveryMs = 1_000
const windowMs = 120_000
/** After so long without an answer a fall says nothing of now. */
const forecastHoldsMs = 15_000
const unknownUse: LimitUse = { used: null, limit: null, resetAtMs: null, exhaustedInMs: null }
const unknownLimits: ProviderLimits = { requests: unknownUse, tokens: unknownUse, source: null, observedAtMs: null }

/** What the answers of one model told. */
interface Meter {
  /** Headers of the last answer that told anything; read when somebody asks. */
  told: { readonly headers: Readonly<Record<string, string>>; readonly atMs: number } | null
  sampledAtMs: number
  readonly requests: Sample[]
  readonly tokens: Sample[]
}

/** What this process has seen of providers' limits, in answers to real requests and to probes. Providers have a limit for each
 *  model, so each is followed apart, and the tightest is what is told of a provider. */
export function createLimits({ clock, use }: { readonly clock: Clock; readonly use: Use }) {
  const meters = new Map<string, Map<string, Meter>>()

  function meterOf(name: string, model: string): Meter {
    const ofProvider = meters.get(name) ?? new Map<string, Meter>()
    meters.set(name, ofProvider)
    const meter = ofProvider.get(model) ?? { told: null, sampledAtMs: 0, requests: [], tokens: [] }
    ofProvider.set(model, meter)
    return meter
  }

  return {
    /** Takes the headers of an answer; `model` is empty for the list of models. */
    observe: (
      { name, kind }: Pick<AiProvider, 'name' | 'kind'>,
      model: string,
      headers: Readonly<Record<string, string>>,
    ): void => {
      if (!tellsLimits(kind, headers)) return
      const meter = meterOf(name, model)
      const atMs = clock.now()
      meter.told = { headers, atMs }
      if (atMs - meter.sampledAtMs < sampleEveryMs) return
      const told = readLimits(kind, headers, atMs)
      if (told === null) return
      meter.sampledAtMs = atMs
      sample(meter.requests, told.requests, atMs)
      sample(meter.tokens, told.tokens, atMs)
    },
    of: (provider: Pick<AiProvider, 'name' | 'kind' | 'limits'>): ProviderLimits => {
      const nowMs = clock.now()
      const told = [...(meters.get(provider.name)?.values() ?? [])].flatMap((meter) => {
        const limits = toldLimits(provider.kind, meter, nowMs)
        return limits ? [limits] : []
      })
      if (told.length === 0) return configuredLimits(provider, use.of(provider.name), nowMs)
      return {
        requests: tightest(told.map(({ requests }) => requests)),
        tokens: tightest(told.map(({ tokens }) => tokens)),
        source: 'headers',
        observedAtMs: Math.max(...told.map(({ observedAtMs }) => observedAtMs!)),
      }
    },
  }
}

export type Limits = ReturnType<typeof createLimits>

function sample(samples: Sample[], { remaining }: ToldLimit, nowMs: number): void {
  if (remaining === null) return
  samples.push({ atMs: nowMs, remaining })
  while (samples[0] && samples[0].atMs < nowMs - windowMs) samples.shift()
}

function toldLimits(kind: AiProvider['kind'], meter: Meter, nowMs: number): ProviderLimits | null {
  const last = meter.told && nowMs - meter.told.atMs < windowMs ? meter.told : null
  const told = last && readLimits(kind, last.headers, last.atMs)
  if (!told) return null
  const useOf = (limit: ToldLimit, samples: readonly Sample[]): LimitUse => ({
    used: limit.limit !== null && limit.remaining !== null ? Math.max(0, limit.limit - limit.remaining) : null,
    limit: limit.limit,
    resetAtMs: limit.resetAtMs,
    // Azure's windows begin anew; the others' buckets fill all the time, which the slope has in it.
    exhaustedInMs: exhaustionMs(samples, nowMs, kind === 'azure' ? limit.resetAtMs : null),
  })
  const limits = { requests: useOf(told.requests, meter.requests), tokens: useOf(told.tokens, meter.tokens) }
  return asOf({ ...limits, source: 'headers', observedAtMs: last.atMs }, nowMs)
}

/** What limits that were seen a while ago are now: all is there again after the reset, and what fell then may not fall now. */
export function asOf(limits: ProviderLimits, nowMs: number): ProviderLimits {
  const isOld = limits.observedAtMs !== null && nowMs - limits.observedAtMs > forecastHoldsMs
  const now = (use: LimitUse): LimitUse => {
    if (use.resetAtMs !== null && use.resetAtMs <= nowMs) {
      return { used: use.limit === null ? null : 0, limit: use.limit, resetAtMs: null, exhaustedInMs: null }
    }
    return isOld ? { ...use, exhaustedInMs: null } : use
  }
  return { ...limits, requests: now(limits.requests), tokens: now(limits.tokens) }
}

/** Of several limits the one that is reached first, or else is used most. */
function tightest(uses: readonly LimitUse[]): LimitUse {
  const share = ({ used, limit }: LimitUse) => (used !== null && limit ? used / limit : -1)
  return uses.toSorted(
    (a, b) => (a.exhaustedInMs ?? Infinity) - (b.exhaustedInMs ?? Infinity) || share(b) - share(a),
  )[0]!
}

function configuredLimits(
  { limits }: Pick<AiProvider, 'limits'>,
  seconds: readonly SecondOfUse[],
  nowMs: number,
): ProviderLimits {
  const { requestsPerMinute, tokensPerMinute } = limits
  if (requestsPerMinute === undefined && tokensPerMinute === undefined) return unknownLimits
  const useOf = (limit: number | undefined, count: (use: SecondOfUse) => number): LimitUse =>
    limit === undefined
      ? unknownUse
      : {
          used: totalOf(seconds, count),
          limit,
          resetAtMs: null,
          exhaustedInMs: reachedInMs(seconds, count, limit, nowMs),
        }
  const tokens = useOf(tokensPerMinute, (each) => each.tokens)
  return {
    requests: useOf(requestsPerMinute, (each) => each.requests),
    // At least so many: too few to say that there is room.
    tokens: seconds.some(({ isPartial }) => isPartial) ? { ...tokens, used: null } : tokens,
    source: 'configuration',
    observedAtMs: nowMs,
  }
}
