import { renderTemplate, type AlertRule } from '@akashic/config'
import { ruleKindLabel, type AlertSignal } from '../alert/alert.ts'
import type { ComponentRecord } from '../component/component.ts'
import { worse, type Holding, type Judgement } from './judge-rule.ts'
import { ruleSource } from './rule-deps.ts'
import { nextState } from './rule-state.ts'
import type { KeptState } from './store.ts'

/** What an evaluation does at one component. */
export interface RuleStep {
  readonly componentNum: number
  readonly before: KeptState | null
  /** What is kept from now on; null when it is inactive. */
  readonly after: KeptState | null
  readonly saying: Saying | null
}

/** What is to be said of the alert. */
export interface Saying {
  readonly signal: AlertSignal
  readonly urgency: (typeof urgencies)[number]
  /** What is kept when it is not said yet: it is said by a later evaluation. */
  readonly unsaid: KeptState | null
}

/** From most to least. */
export const urgencies = ['begins', 'ends', 'goes on'] as const

/** An alert that goes on firing is said again at the first evaluation after so long, thus each minute: whoever resolved it
 *  by hand is told, and its figures are renewed. */
const sayAgainMs = 45_000
const longestSummary = 500

/** What a judgement makes of the rule at one component. */
export function stepOf(
  rule: AlertRule,
  component: ComponentRecord,
  judgement: Judgement,
  before: KeptState | null,
  nowMs: number,
): RuleStep {
  const componentNum = component.num
  const next = nextState(before, judgement.condition, rule, nowMs)
  if (next === null) return before ? endOf(componentNum, before) : { componentNum, before, after: null, saying: null }
  if (judgement.condition !== 'holds') {
    return { componentNum, before, after: before && { ...before, ...next }, saying: null }
  }
  const severity = severityNow(judgement, before)
  const fingerprint = before?.fingerprint ?? `${rule.name}:${component.id}`
  const after = { saidAtMs: null, ...before, ...next, fingerprint, severity }
  const wasFiring = before !== null && before.firingSinceMs !== null
  const isNews = !wasFiring || before.severity !== severity
  const isDue = isNews || nowMs - (before.saidAtMs ?? 0) >= sayAgainMs
  if (after.firingSinceMs === null || !isDue) return { componentNum, before, after, saying: null }
  const saying: Saying = {
    signal: firing(rule, component, judgement, after),
    urgency: isNews ? 'begins' : 'goes on',
    // Where it fires already, what changed is news again next time.
    unsaid: wasFiring ? { ...after, severity: before.severity } : { ...after, firingSinceMs: null },
  }
  return { componentNum, before, after: { ...after, saidAtMs: nowMs }, saying }
}

/** Ends it where it is over, or where the rule is about the component no more. */
export function endOf(componentNum: number, before: KeptState): RuleStep {
  const { fingerprint, firingSinceMs } = before
  const signal = { source: ruleSource, fingerprint, status: 'resolved', severity: 'info', summary: '' } as const
  return {
    ...{ componentNum, before, after: null },
    saying:
      firingSinceMs === null
        ? null
        : { signal: { ...signal, componentId: null, startedAtMs: null }, urgency: 'ends', unsaid: before },
  }
}

/** True when what is kept changes by the step. When it last held is of no account to a rule that ends at once. */
export function isWorthSaving(
  { keepFiringFor }: Pick<AlertRule, 'keepFiringFor'>,
  { before, after }: RuleStep,
): boolean {
  if (!before || !after) return before !== after
  return (
    after.severity !== before.severity ||
    after.sinceMs !== before.sinceMs ||
    after.firingSinceMs !== before.firingSinceMs ||
    after.saidAtMs !== before.saidAtMs ||
    (keepFiringFor > 0 && after.lastHeldMs !== before.lastHeldMs)
  )
}

/** The severity that holds; one that it fires with stays while nobody can measure that it does not hold any more. */
function severityNow({ severity, doubtful }: Holding, before: KeptState | null) {
  if (!before?.firingSinceMs || doubtful === null) return severity
  return worse(doubtful, before.severity) === doubtful ? worse(severity, before.severity) : severity
}

function firing(rule: AlertRule, { id, spec }: ComponentRecord, { words }: Holding, state: KeptState): AlertSignal {
  const summary = renderTemplate(rule.summary, { ...words, component: spec.name }).slice(0, longestSummary)
  return {
    ...{ source: ruleSource, fingerprint: state.fingerprint, status: 'firing', severity: state.severity },
    ...{ componentId: id, summary: summary.toWellFormed(), startedAtMs: state.sinceMs },
    labels: { alertname: rule.name, [ruleKindLabel]: rule.kind },
  }
}
