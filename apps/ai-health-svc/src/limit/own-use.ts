import type { Clock } from '@akashic/shared/clock'

/** What was asked of a provider within one second. */
export interface SecondOfUse {
  readonly second: number
  requests: number
  tokens: number
  /** Whether an answer did not tell what it took, so that `tokens` is too few. */
  isPartial: boolean
}

const minuteSeconds = 60
const rateSeconds = 15

/** What we asked of each provider within the last minute: this process, and the other replicas as far as they told. */
export function createUse({ clock }: { readonly clock: Clock }) {
  const own = new Map<string, SecondOfUse[]>()
  const others = new Map<string, readonly SecondOfUse[]>()
  const nowSecond = () => Math.floor(clock.now() / 1_000)

  function current(name: string): SecondOfUse {
    const second = nowSecond()
    const seconds = own.get(name) ?? []
    own.set(name, seconds)
    while (seconds[0] && seconds[0].second <= second - minuteSeconds) seconds.shift()
    const last = seconds.at(-1)
    if (last?.second === second) return last
    const next = { second, requests: 0, tokens: 0, isPartial: false }
    seconds.push(next)
    return next
  }

  const recent = (seconds: readonly SecondOfUse[] = []): readonly SecondOfUse[] =>
    seconds.filter(({ second }) => second > nowSecond() - minuteSeconds)

  return {
    sent: (name: string): void => {
      current(name).requests += 1
    },
    /** What an answer took; null where it does not tell. */
    spent: (name: string, tokens: number | null): void => {
      const use = current(name)
      use.tokens += tokens ?? 0
      use.isPartial ||= tokens === null
    },
    own: (name: string): readonly SecondOfUse[] => recent(own.get(name)),
    setOthers: (name: string, seconds: readonly SecondOfUse[]): void => void others.set(name, seconds),
    /** In no order; a second may be there once for each replica. */
    of: (name: string): readonly SecondOfUse[] => [...recent(own.get(name)), ...recent(others.get(name))],
  }
}

export type Use = ReturnType<typeof createUse>

export const totalOf = (seconds: readonly SecondOfUse[], count: (use: SecondOfUse) => number): number =>
  seconds.reduce((total, use) => total + count(use), 0)

/** When so much a minute is reached, in milliseconds, if use goes on as in the last 15 s while what is older than a minute drops
 *  out; null where it is not within a minute. */
export function reachedInMs(
  seconds: readonly SecondOfUse[],
  count: (use: SecondOfUse) => number,
  limit: number,
  nowMs: number,
): number | null {
  const now = Math.floor(nowMs / 1_000)
  const since = (second: number) =>
    totalOf(
      seconds.filter((use) => use.second > second),
      count,
    )
  const perSecond = since(now - rateSeconds) / rateSeconds
  for (let ahead = 0; ahead <= minuteSeconds; ahead++) {
    if (since(now + ahead - minuteSeconds) + perSecond * ahead >= limit) return ahead * 1_000
  }
  return null
}
