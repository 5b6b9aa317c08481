import {
  formatDuration,
  type AbsenceRule,
  type AlertRule,
  type BurnRateRule,
  type ThresholdRule,
} from '@akashic/config'
import { alertSeverities, type AlertSeverity } from '../alert/alert.ts'
import type { Reading } from './reading.ts'

/** What a rule says of a component now. */
export type Judgement = { readonly condition: 'fails' | 'unknown' } | Holding

export interface Holding {
  readonly condition: 'holds'
  readonly severity: AlertSeverity
  /** Worst severity of what could not be measured, and might hold too. */
  readonly doubtful: AlertSeverity | null
  /** For the summary. */
  readonly words: Readonly<Record<'value' | 'limit' | 'window', string>>
}

type BurnWindow = BurnRateRule['windows'][number]

export const unknown: Judgement = { condition: 'unknown' }
const fails: Judgement = { condition: 'fails' }

/** What a rule says of the component of this number, by what was measured. */
export function judgeRule(rule: AlertRule, reading: Reading, componentNum: number): Judgement {
  if (rule.kind === 'burn_rate') return judgeBurn(rule, reading, componentNum)
  const value = reading(componentNum, rule.over)
  return rule.kind === 'threshold' ? judgeThreshold(rule, value) : judgeAbsence(rule, value)
}

/** Of two severities the worse one. */
export const worse = (a: AlertSeverity, b: AlertSeverity): AlertSeverity => (rank(a) <= rank(b) ? a : b)

function judgeThreshold(rule: ThresholdRule, value: number | null): Judgement {
  if (value === null) return unknown
  if (value <= rule.above) return fails
  const [shown, limit] = [value, rule.above].map((figure) => figureOf(rule.metric, figure))
  return holding(rule.severity, { value: shown!, limit: limit!, window: formatDuration(rule.over) })
}

function judgeAbsence({ over, severity }: AbsenceRule, silentMs: number | null): Judgement {
  if (silentMs === null) return unknown
  if (silentMs <= over) return fails
  const value = formatDuration(Math.floor(silentMs / 60_000) * 60_000)
  return holding(severity, { value, limit: formatDuration(over), window: formatDuration(over) })
}

/** It burns too fast where both windows of a pair say so: the long one that it matters, the short one that it still does. Of
 *  several the worst counts. While a pair that might hold cannot be measured, no other one says that all is well. */
function judgeBurn(rule: BurnRateRule, reading: Reading, componentNum: number): Judgement {
  const rateOver = (windowMs: number) => {
    const ratio = reading(componentNum, windowMs)
    return ratio === null ? null : ratio / (1 - rule.objective)
  }
  const judged = rule.windows.map((window) => ({ window, ...judgeWindow(window, rateOver) }))
  const worst = judged.filter(({ condition }) => condition === 'holds').toSorted(bySeverity)[0]
  const doubtful = judged.filter(({ condition }) => condition === 'unknown').toSorted(bySeverity)[0] ?? null
  if (!worst) return doubtful ? unknown : fails
  const { severity, burnRate, long } = worst.window
  const words = { value: worst.rate!.toFixed(1), limit: String(burnRate), window: formatDuration(long) }
  return holding(severity, words, doubtful?.window.severity ?? null)
}

function judgeWindow({ burnRate, long, short }: BurnWindow, rateOver: (windowMs: number) => number | null) {
  const [rate, recent] = [rateOver(long), rateOver(short)] as const
  const isCalm = [rate, recent].some((measured) => measured !== null && measured <= burnRate)
  const condition = isCalm ? 'fails' : rate === null || recent === null ? 'unknown' : 'holds'
  return { condition, rate } as const
}

const rank = (severity: AlertSeverity): number => alertSeverities.indexOf(severity)

const bySeverity = (a: { readonly window: BurnWindow }, b: { readonly window: BurnWindow }): number =>
  rank(a.window.severity) - rank(b.window.severity)

const holding = (severity: AlertSeverity, words: Holding['words'], doubtful: AlertSeverity | null = null): Holding => ({
  condition: 'holds',
  severity,
  doubtful,
  words,
})

function figureOf(metric: ThresholdRule['metric'], value: number): string {
  if (metric === 'events') return String(value)
  if (metric === 'failure_ratio') return `${short(100 * value)} %`
  return value < 1_000 ? `${Math.round(value)} ms` : `${short(value / 1_000)} s`
}

/** With one digit after the point at most, and none from 10 on. */
const short = (value: number): string => String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))
