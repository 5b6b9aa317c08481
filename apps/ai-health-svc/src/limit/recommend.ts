import type { LimitUse, ProviderLimits } from './limits.ts'

const nearShare = 0.8

/** What to do about a provider's limits, in one sentence. */
export function recommendedAction({ requests, tokens, source }: ProviderLimits): string {
  if (source === null) return 'Limits are unknown: the provider told none, and none are configured.'
  const soonest = [
    { what: 'requests', use: requests },
    { what: 'tokens', use: tokens },
  ].toSorted((a, b) => urgency(a.use) - urgency(b.use))[0]!
  const { what, use } = soonest
  if (use.exhaustedInMs !== null) {
    return `The limit of ${what} is reached ${inWords(use.exhaustedInMs)} at this rate: slow down, or send part of the traffic elsewhere.`
  }
  if (isNear(use)) return `${percent(use)} of the limit of ${what} is used: hold back what can wait.`
  return 'None: there is room.'
}

/** `in about 4 minutes`, `in about 30 seconds`. */
export function inWords(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 5) return 'now'
  if (seconds < 90) return `in about ${Math.max(5, Math.round(seconds / 5) * 5)} seconds`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `in about ${minutes} minutes` : `in about ${Math.round(minutes / 60)} hours`
}

/** Whether most of a limit is used. */
export const isNear = ({ used, limit }: LimitUse): boolean => used !== null && !!limit && used >= nearShare * limit

const percent = ({ used, limit }: LimitUse): string => `${Math.round((100 * used!) / limit!)} %`

/** Smaller is more urgent. */
function urgency({ exhaustedInMs, used, limit }: LimitUse): number {
  if (exhaustedInMs !== null) return exhaustedInMs
  return 1e12 * (1 + (used !== null && limit ? 1 - used / limit : 1))
}
