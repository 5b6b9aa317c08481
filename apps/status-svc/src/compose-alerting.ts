import type { Config } from '@akashic/config'
import type { LiveConfig } from '@akashic/shared/config'
import type { Subscription } from '@akashic/shared/events'
import type { Platform } from '@akashic/shared/module'
import type { Logger } from 'pino'
import { pruneRuleEvents } from './alert-rule/prune-rule-events.ts'
import { createRuleEvaluator } from './alert-rule/rule-evaluator.ts'
import { createRuleMetrics } from './alert-rule/rule-metrics.ts'
import { beat } from './dead-mans-switch/beat.ts'
import { defineSwitchQueue, passOn, signal, switchQueue } from './dead-mans-switch/signal.ts'
import { createSwitchMetrics } from './dead-mans-switch/switch-metrics.ts'
import { every } from '@akashic/shared/lifecycle'
import type { IncidentDeps } from './incident/incident-deps.ts'
import { subscribe } from './subscriptions.ts'

const tickMs = 1_000
const subscribeEveryMs = 2_000
const pruneEveryMs = 600_000

/** What raises alerts here: rules over checks and events, and the dead man's switch that proves that they would. */
export function composeAlerting(
  config: LiveConfig<Config>,
  platform: Platform,
  parts: IncidentDeps & { readonly log: Logger },
) {
  const { db, clock, queue, events, log } = { ...platform, ...parts }
  const alerts = () => config.current().alerts
  const rules = createRuleEvaluator({
    ...parts,
    rules: () => alerts().rules,
    metrics: createRuleMetrics(platform.metrics),
  })
  const switchUrl = () => alerts().deadMansSwitch?.url
  const switchDeps = {
    ...{ db, clock, log, queue, url: switchUrl, metrics: createSwitchMetrics(platform.metrics) },
    outbound: () => config.current().outbound,
  }
  const beating = {
    ...parts,
    ...{ isConfigured: () => switchUrl() !== undefined, rulesPassedAtMs: () => rules.lastPassAtMs() },
  }
  let subscription: Subscription | undefined
  let hasQueue = false

  const countedTypes = () =>
    new Set(alerts().rules.flatMap((rule) => ('event' in rule && rule.event !== undefined ? [rule.event] : [])))

  /** Nobody listens to events, and no queue is there, before the configuration needs them. */
  async function listen(): Promise<void> {
    if (!hasQueue && switchUrl() !== undefined) {
      await defineSwitchQueue({ queue })
      await queue.work(switchQueue, (job) => signal(switchDeps, job))
      hasQueue = true
    }
    if (subscription || (switchUrl() === undefined && countedTypes().size === 0)) return
    subscription = await subscribe({ db, events, countedTypes, passOn: (pulse) => passOn(switchDeps, pulse) })
  }

  const stops: (() => void | Promise<void>)[] = []
  return {
    start: () => {
      stops.push(
        every({ clock, log }, subscribeEveryMs, 'listening to events', listen),
        every({ clock, log }, tickMs, 'evaluating alert rules', async (nowMs) => {
          await rules.tick(nowMs)
          await beat(beating, nowMs)
        }),
        every({ clock, log }, pruneEveryMs, 'removing old events of rules', (nowMs) => pruneRuleEvents({ db }, nowMs)),
      )
    },
    stop: async (deadlineMs: number) => {
      for (const stop of stops.toReversed()) await stop()
      await subscription?.stop(deadlineMs)
    },
  }
}
