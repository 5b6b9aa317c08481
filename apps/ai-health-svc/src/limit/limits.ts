import type { AiProvider } from '@akashic/config'
import type { Clock } from '@akashic/shared/clock'
import { exhaustionMs, type Sample } from './forecast.ts'
import { readLimits, tellsLimits, type ToldLimit, type ToldLimits } from './read-limits.ts'

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

const minuteMs = 60_000
/** Samples are thinned to one in so many milliseconds, so that a window of two minutes is small. */
const sampleEveryMs = 1_000
const windowMs = 120_000
const unknownUse: LimitUse = { used: null, limit: null, resetAtMs: null, exhaustedInMs: null }

interface Meter {
  /** Headers of the last answer that told anything; read when somebody asks. */
  told: { readonly headers: Readonly<Record<string, string>>; readonly atMs: number } | null
  sampledAtMs: number
  readonly requestSamples: Sample[]
  readonly tokenSamples: Sample[]
  /** Own use, by second. */
  readonly used: { readonly second: number; requests: number; tokens: number }[]
}

/** What this process has seen of providers' limits, in answers to real requests and to probes. */
export function createLimits({ clock }: { readonly clock: Clock }) {
  const meters = new Map<string, Meter>()

  const meterOf = (name: string): Meter => {
    const present = meters.get(name)
    if (present) return present
    const meter: Meter = { told: null, sampledAtMs: 0, requestSamples: [], tokenSamples: [], used: [] }
    meters.set(name, meter)
    return meter
  }

  return {
    /** Takes the headers of an answer. */
    observe: ({ name, kind }: Pick<AiProvider, 'name' | 'kind'>, headers: Readonly<Record<string, string>>): void => {
      if (!tellsLimits(kind, headers)) return
      const meter = meterOf(name)
      const atMs = clock.now()
      meter.told = { headers, atMs }
      if (atMs - meter.sampledAtMs < sampleEveryMs) return
      const told = readLimits(kind, headers, atMs)
      if (told === null) return
      meter.sampledAtMs = atMs
      sample(meter.requestSamples, told.requests, atMs)
      sample(meter.tokenSamples, told.tokens, atMs)
    },
    /** Counts a request of ours and the tokens that it took. */
    used: (name: string, tokens: number): void => {
      const { used } = meterOf(name)
      const second = Math.floor(clock.now() / 1_000)
      const last = used.at(-1)
      if (last?.second === second) {
        last.requests += 1
        last.tokens += tokens
      } else used.push({ second, requests: 1, tokens })
      while (used[0] && used[0].second <= second - 60) used.shift()
    },
    of: (provider: Pick<AiProvider, 'name' | 'kind' | 'limits'>): ProviderLimits => {
      const meter = meterOf(provider.name)
      const nowMs = clock.now()
      const last = meter.told && nowMs - meter.told.atMs < windowMs ? meter.told : null
      const told = last && readLimits(provider.kind, last.headers, last.atMs)
      if (told) return { ...toldUse(provider.kind, meter, told, nowMs), observedAtMs: last.atMs }
      return configuredUse(provider, meter, nowMs)
    },
  }
}

export type Limits = ReturnType<typeof createLimits>

function sample(samples: Sample[], { remaining }: ToldLimit, nowMs: number): void {
  if (remaining === null) return
  samples.push({ atMs: nowMs, remaining })
  while (samples[0] && samples[0].atMs < nowMs - windowMs) samples.shift()
}

function toldUse(
  kind: AiProvider['kind'],
  meter: Meter,
  told: ToldLimits,
  nowMs: number,
): Omit<ProviderLimits, 'observedAtMs'> {
  const use = (limit: ToldLimit, samples: readonly Sample[]): LimitUse => ({
    used: limit.limit !== null && limit.remaining !== null ? Math.max(0, limit.limit - limit.remaining) : null,
    limit: limit.limit,
    resetAtMs: limit.resetAtMs,
    // Azure's windows begin anew; the others' buckets fill all the time, which the slope has in it.
    exhaustedInMs: exhaustionMs(samples, nowMs, kind === 'azure' ? limit.resetAtMs : null),
  })
  return {
    requests: use(told.requests, meter.requestSamples),
    tokens: use(told.tokens, meter.tokenSamples),
    source: 'headers',
  }
}

function configuredUse({ limits }: Pick<AiProvider, 'limits'>, { used }: Meter, nowMs: number): ProviderLimits {
  const { requestsPerMinute, tokensPerMinute } = limits
  if (requestsPerMinute === undefined && tokensPerMinute === undefined) {
    return { requests: unknownUse, tokens: unknownUse, source: null, observedAtMs: null }
  }
  const recent = used.filter(({ second }) => second * 1_000 > nowMs - minuteMs)
  const sum = (count: (entry: Meter['used'][number]) => number) =>
    recent.reduce((total, entry) => total + count(entry), 0)
  const use = (limit: number | undefined, total: number): LimitUse =>
    limit === undefined ? unknownUse : { ...unknownUse, used: total, limit }
  return {
    requests: use(
      requestsPerMinute,
      sum(({ requests }) => requests),
    ),
    tokens: use(
      tokensPerMinute,
      sum(({ tokens }) => tokens),
    ),
    source: 'configuration',
    observedAtMs: nowMs,
  }
}
