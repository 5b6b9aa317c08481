import type { AlertRule } from '@akashic/config'

/** What is measured at once for all rules that ask for the same. */
export interface Probe {
  /** The same in all replicas. */
  readonly key: string
  readonly everyMs: number
  readonly rules: readonly AlertRule[]
}

const shortWindowMs = 600_000
const oftenMs = 15_000
const seldomMs = 60_000
/** A window of checks is looked at so many times while it passes: a day of response times has millions of results. */
const looksInWindow = 60

/** The rules by what they measure, those that are evaluated most often first. */
export function probesOf(rules: readonly AlertRule[]): readonly Probe[] {
  return [...Map.groupBy(rules, keyOf)]
    .map(([key, members]) => ({ key, everyMs: everyMs(members[0]!), rules: members }))
    .toSorted((a, b) => a.everyMs - b.everyMs)
}

/** How often a rule is evaluated: each quarter of a minute for windows up to ten minutes, else each minute, or each
 *  sixtieth of a window of checks that is longer than an hour. */
export function everyMs(rule: AlertRule): number {
  if (rule.kind === 'burn_rate') return seldomMs
  if (rule.over <= shortWindowMs) return oftenMs
  return rule.kind === 'threshold' ? Math.max(seldomMs, Math.ceil(rule.over / looksInWindow)) : seldomMs
}

function keyOf(rule: AlertRule): string {
  if (rule.kind === 'burn_rate') return 'burn_rate'
  if (rule.kind === 'absence') return `absence ${rule.event ?? 'results'} ${everyMs(rule)}`
  return `${rule.metric} ${rule.event ?? 'results'} ${rule.over}`
}
