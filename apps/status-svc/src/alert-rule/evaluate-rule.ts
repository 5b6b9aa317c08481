import type { AlertRule } from '@akashic/config'
import type { Transaction } from '@akashic/shared/postgres'
import { raiseAlertIn } from '../alert/raise-alert.ts'
import type { ComponentRecord } from '../component/component.ts'
import type { Judgement } from './judge-rule.ts'
import { ruleActor, type RuleDeps } from './rule-deps.ts'
import { endOf, isWorthSaving, stepOf, urgencies, type RuleStep } from './rule-step.ts'
import * as store from './store.ts'

export interface JudgedComponent {
  readonly component: ComponentRecord
  readonly judgement: Judgement
}

/** At most so much is said by one evaluation of a rule; the rest is said by the next. */
const saidAtOnce = 500

/** Takes a rule one step further at each component that it is about, and ends it at all others, in one transaction. Does
 *  nothing while another replica does so. */
export async function evaluateRule(
  deps: RuleDeps,
  rule: AlertRule,
  judged: readonly JudgedComponent[],
  nowMs: number,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    if (!(await store.tryToBeAlone(tx, rule.name))) return
    const states = await store.readStates(tx, rule.name)
    const steps = judged.map(({ component, judgement }) =>
      stepOf(rule, component, judgement, states.get(component.num) ?? null, nowMs),
    )
    const own = new Set(judged.map(({ component }) => component.num))
    const shownNums = new Set(deps.components.shown().map(({ num }) => num))
    // A component that this replica does not know yet is not gone.
    const strays = [...states]
      .filter(([num, { isGone }]) => !own.has(num) && (isGone || shownNums.has(num)))
      .map(([num, state]) => endOf(num, state))
    await takeSteps(deps, tx, rule, [...strays, ...steps])
  })
}

/** Ends a rule that is not configured any more, in one transaction. */
export async function endRule(deps: RuleDeps, name: string): Promise<void> {
  await deps.db.transaction(async (tx) => {
    if (!(await store.tryToBeAlone(tx, name))) return
    const states = await store.readStates(tx, name)
    const steps = [...states].map(([num, state]) => endOf(num, state))
    await takeSteps(deps, tx, { name, keepFiringFor: 0 }, steps)
  })
}

async function takeSteps(
  deps: RuleDeps,
  tx: Transaction,
  rule: Pick<AlertRule, 'name' | 'keepFiringFor'>,
  steps: readonly RuleStep[],
): Promise<void> {
  const urgent = steps
    .filter(({ saying }) => saying)
    .toSorted((a, b) => urgencyOf(a) - urgencyOf(b) || (a.before?.saidAtMs ?? 0) - (b.before?.saidAtMs ?? 0))
  const later = new Set(urgent.slice(saidAtOnce))
  for (const { saying } of urgent.slice(0, saidAtOnce)) await raiseAlertIn(deps, tx, ruleActor, saying!.signal)
  const changed = steps
    .map((step) => (later.has(step) ? { ...step, after: step.saying!.unsaid } : step))
    .filter((step) => isWorthSaving(rule, step))
  const kept = changed.flatMap(({ componentNum, after }) => (after ? [[componentNum, after] as const] : []))
  const over = changed.flatMap(({ componentNum, after }) => (after ? [] : [componentNum]))
  if (kept.length > 0) await store.saveStates(tx, rule.name, new Map(kept))
  if (over.length > 0) await store.removeStates(tx, rule.name, over)
}

const urgencyOf = ({ saying }: RuleStep): number => urgencies.indexOf(saying!.urgency)
