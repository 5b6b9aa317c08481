import { configSchema, type AlertRule, type ComponentInput, type ConfigInput } from '@akashic/config'
import { sql } from '@akashic/shared/postgres'
import { Registry } from 'prom-client'
import { alertHarness } from '../alert/alert-harness.ts'
import { checkNumber } from '../check/check-number.ts'
import { immediate, judge, unjudged, type CheckState } from '../check/judge.ts'
import { createWriteResults } from '../check/result/write-results.ts'
import { definitionsOf } from '../check/watched-check.ts'
import type { Verdict } from '../status/check-verdict.ts'
import { applyVerdicts } from '../status/apply-verdicts.ts'
import { createRuleEvaluator } from './rule-evaluator.ts'
import { createRuleMetrics } from './rule-metrics.ts'

export type RuleInput = NonNullable<NonNullable<ConfigInput['alerts']>['rules']>[number]

const stepMs = 15_000

/** For tests: two replicas that evaluate rules on a real database. */
export async function ruleHarness(inputs: readonly ComponentInput[], ...rules: readonly RuleInput[]) {
  const service = await alertHarness(inputs)
  const { clock, db, components } = service
  const parse = (next: readonly RuleInput[]): readonly AlertRule[] =>
    configSchema.parse({ components: [...inputs], alerts: { rules: [...next] } }).alerts.rules
  let configured = parse(rules)
  const registries = [new Registry(), new Registry()]
  const replica = (metrics: Registry) =>
    createRuleEvaluator({ ...service, rules: () => configured, metrics: createRuleMetrics(metrics) })
  const replicas = registries.map(replica)
  const states = new Map<string, CheckState>()
  const write = createWriteResults({
    ...service,
    applyVerdicts: (tx, verdicts) => applyVerdicts(service, tx, verdicts),
    recordGap: async () => undefined,
  })
  await db.query(sql`UPDATE status.shard SET owner = 'r1', fencing_token = 7`)

  /** The check of a component ran now, with this outcome. */
  async function ran(componentId: string, outcome: Verdict, latencyMs: number | null = null): Promise<void> {
    const definition = definitionsOf(components.current()).find((check) => check.componentId === componentId)!
    const checkNum = await checkNumber(db, definition)
    const atMs = clock.now()
    const state = judge(states.get(componentId) ?? unjudged(atMs), { outcome, atMs }, immediate)
    states.set(componentId, state)
    const result = { outcome, latencyMs, timings: {}, neverAnswered: false }
    await write([{ definition, checkNum, fencingToken: 7, atMs, result, state }], null)
  }

  /** Time passes, and so many replicas evaluate meanwhile; `each` happens each quarter of a minute. */
  async function pass(ms: number, each: () => Promise<unknown> = async () => undefined, count = 1): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      clock.advance(stepMs)
      await each()
      await Promise.all(replicas.slice(0, count).map((evaluator) => evaluator.tick(clock.now())))
    }
  }

  return {
    ...service,
    replicas,
    ran,
    pass,
    useRules: (...next: readonly RuleInput[]) => void (configured = parse(next)),
    /** What fires: fingerprint, severity and summary. */
    firing: async () =>
      (await service.list({ status: 'firing', limit: 200 })).alerts
        .map(({ fingerprint, severity, summary }) => [fingerprint, severity, summary])
        .toSorted(),
    metric: async (name: string) => registries[0]!.getSingleMetricAsString(name),
    /** How often so far something was measured, by all replicas. */
    evaluations: async () => {
      const texts = await Promise.all(
        registries.map((registry) => registry.getSingleMetricAsString('akashic_alert_rule_evaluation_seconds')),
      )
      return texts.map((text) => Number(/_count (\d+)/.exec(text)![1])).reduce((sum, count) => sum + count)
    },
  }
}

export type RuleHarness = Awaited<ReturnType<typeof ruleHarness>>
