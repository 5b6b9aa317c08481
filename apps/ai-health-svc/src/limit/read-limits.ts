import type { AiProvider } from '@akashic/config'

/** One limit as a provider tells it. What it does not tell is null. */
export interface ToldLimit {
  readonly limit: number | null
  readonly remaining: number | null
  /** When all of it is there again, in epoch milliseconds. */
  readonly resetAtMs: number | null
}

export interface ToldLimits {
  readonly requests: ToldLimit
  readonly tokens: ToldLimit
}

type Headers = Readonly<Record<string, string | undefined>>

const kinds = ['requests', 'tokens', 'project-tokens', 'input-tokens', 'output-tokens'] as const
type Limited = (typeof kinds)[number]
type Part = 'limit' | 'remaining' | 'reset'

const nameOf = (kind: AiProvider['kind'], limited: Limited, part: Part): string =>
  kind === 'anthropic' ? `anthropic-ratelimit-${limited}-${part}` : `x-ratelimit-${part}-${limited}`

const telling = (kind: AiProvider['kind']) =>
  kinds.flatMap((limited) => [nameOf(kind, limited, 'remaining'), nameOf(kind, limited, 'limit')])
const tellingNames = { anthropic: telling('anthropic'), others: telling('openai') }

/** Whether the headers of an answer tell anything of a limit: a glance, for every answer. */
export function tellsLimits(kind: AiProvider['kind'], headers: Headers): boolean {
  return tellingNames[kind === 'anthropic' ? kind : 'others'].some((name) => headers[name] !== undefined)
}

/** Reads the limits out of the headers of an answer; null where it has none.
 *  OpenAI sends Go durations until the bucket is full, Azure whole seconds (-1 or 0: nothing known), Anthropic instants. */
export function readLimits(kind: AiProvider['kind'], headers: Headers, nowMs: number): ToldLimits | null {
  const read = (limited: Limited): ToldLimit => {
    const named = (part: Part) => headers[nameOf(kind, limited, part)]
    return {
      limit: count(named('limit')),
      remaining: count(named('remaining')),
      resetAtMs: resetOf(kind, named('reset'), nowMs),
    }
  }
  const tokens = tightest([read('tokens'), read('project-tokens'), read('input-tokens'), read('output-tokens')])
  const requests = read('requests')
  return isTold(requests) || isTold(tokens) ? { requests, tokens } : null
}

const isTold = ({ limit, remaining }: ToldLimit): boolean => limit !== null || remaining !== null

/** Of several limits on the same thing, the one of which the smallest share remains. */
function tightest(limits: readonly ToldLimit[]): ToldLimit {
  const share = ({ limit, remaining }: ToldLimit) => (limit && remaining !== null ? remaining / limit : Infinity)
  return limits.filter(isTold).toSorted((a, b) => share(a) - share(b))[0] ?? limits[0]!
}

function count(text: string | undefined): number | null {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null
}

function resetOf(kind: AiProvider['kind'], text: string | undefined, nowMs: number): number | null {
  if (text === undefined || text.trim() === '') return null
  if (kind === 'anthropic') {
    const at = Date.parse(text)
    return Number.isNaN(at) ? null : at
  }
  const ms = /^-?\d+$/.test(text.trim()) ? Number(text) * 1_000 : goDuration(text.trim())
  return ms === null || ms <= 0 ? null : nowMs + ms
}

const unitMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000_001,
}

/** A duration as Go writes it (`6m0s`, `1.5s`, `12ms`), in milliseconds; null when it is none.
 *  @see https://pkg.go.dev/time#Duration.String */
export function goDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return null
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * unitMs[unit!]!,
    0,
  )
}
