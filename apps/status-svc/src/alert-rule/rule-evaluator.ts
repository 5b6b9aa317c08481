import { createHash } from 'node:crypto'
import type { AlertRule } from '@akashic/config'
import { endRemoved, evaluateRules } from './evaluate-rules.ts'
import { probesOf } from './probe.ts'
import type { RuleDeps } from './rule-deps.ts'
import * as store from './store.ts'

export interface RuleEvaluatorDeps extends RuleDeps {
  /** As configured now. */
  readonly rules: () => readonly AlertRule[]
}

/** Raises alerts as the rules of the configuration say. */
export interface RuleEvaluator {
  /** Evaluates what is due and what no other replica evaluates. Call it each second. */
  tick(nowMs: number): Promise<void>
  /** When all rules were last known to be evaluated in time, by whatever replica; null before. A rule that fails alone is
   *  counted by a metric and does not hold this back; what cannot be measured at all does. */
  lastPassAtMs(): number | null
}

/** Something that is done by one replica in each slot of time. */
interface Duty {
  readonly key: string
  readonly everyMs: number
  /** Its slots begin so much earlier: not everything is due at once. The same in all replicas. */
  readonly offsetMs: number
  /** @returns whether it was done. */
  run(turn: { readonly watchedSinceMs: number; readonly nowMs: number }): Promise<boolean>
}

const endRemovedEveryMs = 15_000
/** So long nobody may have evaluated a rule before what came meanwhile counts as not known. */
const longestBreakMs = 600_000

export function createRuleEvaluator(deps: RuleEvaluatorDeps): RuleEvaluator {
  const { db, clock, rules, metrics } = deps
  const dutiesOf = createDutiesOf(deps)
  let tried = new Map<string, number>()
  let passedAtMs: number | null = null

  async function runIfFree(duty: Duty, slot: number, nowMs: number): Promise<void> {
    const breakMs = longestBreakMs + 2 * duty.everyMs
    const watchedSinceMs = await store.takeTurn(db, { key: duty.key, slot, nowMs, breakMs })
    tried.set(duty.key, slot)
    if (watchedSinceMs === undefined) return
    const startedAtMs = clock.now()
    const isDone = await duty.run({ watchedSinceMs, nowMs })
    metrics.duration.observe((clock.now() - startedAtMs) / 1_000)
    if (isDone) await store.endTurn(db, duty.key, clock.now())
  }

  return {
    tick: async (nowMs) => {
      const duties = dutiesOf(rules())
      const slots = new Map(duties.map((duty) => [duty.key, slotOf(duty, nowMs)]))
      const due = duties.filter(({ key }) => tried.get(key) !== slots.get(key))
      if (due.length === 0) return
      metrics.rules.set(rules().length)
      tried = new Map([...tried].filter(([key]) => slots.has(key)))
      for (const duty of due) await runIfFree(duty, slots.get(duty.key)!, nowMs)
      const inTime = new Map(duties.map(({ key, everyMs }) => [key, nowMs - 2 * everyMs]))
      if (!(await store.haveEnded(db, inTime))) return
      passedAtMs = clock.now()
      metrics.lastPass.set(passedAtMs / 1_000)
    },
    lastPassAtMs: () => passedAtMs,
  }
}

/** The duties that rules make; made again only for other rules. */
function createDutiesOf(deps: RuleEvaluatorDeps): (rules: readonly AlertRule[]) => readonly Duty[] {
  let seen: readonly AlertRule[] | undefined
  let duties: readonly Duty[] = []
  return (rules) => {
    if (rules === seen) return duties
    seen = rules
    const removal = dutyOf('removed', endRemovedEveryMs, async () => {
      await endRemoved(deps, deps.rules())
      return true
    })
    const probes = probesOf(rules).map((probe) =>
      dutyOf(probe.key, probe.everyMs, (turn) => evaluateRules(deps, probe, turn)),
    )
    duties = [removal, ...probes]
    return duties
  }
}

function dutyOf(key: string, everyMs: number, run: Duty['run']): Duty {
  return { key, everyMs, offsetMs: createHash('sha256').update(key).digest().readUInt32BE() % everyMs, run }
}

const slotOf = ({ everyMs, offsetMs }: Duty, nowMs: number): number => Math.floor((nowMs + offsetMs) / everyMs)
