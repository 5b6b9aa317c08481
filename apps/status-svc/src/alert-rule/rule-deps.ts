import { systemActor } from '@akashic/shared/audit'
import type { Logger } from 'pino'
import type { AlertDeps } from '../alert/alert-deps.ts'
import type { RuleMetrics } from './rule-metrics.ts'

/** What evaluates alert rules needs. */
export interface RuleDeps extends AlertDeps {
  readonly metrics: RuleMetrics
  readonly log: Logger
}

/** Who raises the alerts of rules. */
export const ruleActor = systemActor('status')

export const ruleSource = 'rule'
