import type { AlertRule } from '@akashic/config'
import { OpsError } from '@akashic/shared/errors'
import { isAboutAll } from '../incident/each-apart.ts'
import { endRule, evaluateRule, type JudgedComponent } from './evaluate-rule.ts'
import { judgeRule, unknown } from './judge-rule.ts'
import { measure } from './measure.ts'
import type { Probe } from './probe.ts'
import type { Reading, Survey } from './reading.ts'
import type { RuleDeps } from './rule-deps.ts'
import { scopeAmong } from './rule-scope.ts'
import { readActive, readMaintained } from './store.ts'

/** Evaluates the rules of one probe: measures once for all of them, then takes each a step further. One that fails is
 *  logged and counted, and holds up no other. What is said of a component in maintenance does not count: there a rule stays
 *  what it is.
 *  @returns false when nothing could be measured.
 *  @throws OpsError when the database is away. */
export async function evaluateRules(
  deps: RuleDeps,
  probe: Probe,
  { watchedSinceMs, nowMs }: { readonly watchedSinceMs: number; readonly nowMs: number },
): Promise<boolean> {
  const scope = scopeAmong(deps.components)
  const about = new Map(probe.rules.map((rule) => [rule, scope(rule)]))
  const components = [...new Set([...about.values()].flat())]
  const reading = await tryToMeasure(deps, probe, { components, watchedSinceMs, nowMs })
  if (!reading) return false
  const [active, maintained] = [await readActive(deps.db), await readMaintained(deps.db)]
  for (const rule of probe.rules) {
    const judged = about.get(rule)!.map((component): JudgedComponent => ({
      component,
      judgement: maintained.has(component.num) ? unknown : judgeRule(rule, reading, component.num),
    }))
    const isQuiet = !active.has(rule.name) && judged.every(({ judgement }) => judgement.condition !== 'holds')
    if (!isQuiet) await apart(deps, rule.name, () => evaluateRule(deps, rule, judged, nowMs))
  }
  return true
}

async function tryToMeasure(deps: RuleDeps, probe: Probe, survey: Survey): Promise<Reading | undefined> {
  try {
    return await measure(deps.db, probe, survey)
  } catch (error) {
    if (isAway(error)) throw error
    deps.log.warn({ err: error, measured: probe.key }, 'what alert rules look at could not be measured; the rest is')
    for (const { name } of probe.rules) deps.metrics.failures.inc({ rule: name })
    return undefined
  }
}

/** Ends the alerts of rules that are not configured any more. */
export async function endRemoved(deps: RuleDeps, rules: readonly Pick<AlertRule, 'name'>[]): Promise<void> {
  const configured = new Set(rules.map(({ name }) => name))
  for (const name of await readActive(deps.db)) {
    if (!configured.has(name)) await apart(deps, name, () => endRule(deps, name))
  }
}

async function apart({ log, metrics }: RuleDeps, rule: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isAboutAll(error)) throw error
    metrics.failures.inc({ rule })
    log.warn({ err: error, rule }, 'an alert rule could not be evaluated; the others are')
  }
}

const isAway = (error: unknown): boolean => error instanceof OpsError && error.code === 'unavailable'
