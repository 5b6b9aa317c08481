import type { StateReport } from '@akashic/checks'
import type { Actor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import { OpsError, type FieldError } from '@akashic/shared/errors'
import type { Database } from '@akashic/shared/postgres'
import { requireRole, requireScope } from '@akashic/shared/access'
import { addAudit } from '../audit/audit.ts'
import { checkNumber } from '../check/check-number.ts'
import { requestEvaluation } from '../check/request-evaluation.ts'
import { definitionsOf } from '../check/watched-check.ts'
import type { ComponentDirectory } from '../component/component.ts'
import { replaceReport } from './store.ts'

export interface ReportDeps {
  readonly db: Database
  readonly clock: Clock
  readonly components: ComponentDirectory
}

export interface ReportedState {
  readonly componentId: string
  readonly status: Exclude<StateReport['status'], 'unknown'>
  /** For operators only. */
  readonly message: string
  /** How long the report holds, in milliseconds; afterwards the check is unknown. */
  readonly ttlMs: number
  readonly responseTimeMs?: number
}

export interface AcceptedReport {
  readonly expiresAtMs: number
}

const shortestTtlMs = 1_000
const longestTtlMs = 7 * 86_400_000
const longestMessage = 2_000
const longestResponseMs = 86_400_000

/** Takes what another service says of a component that has a check of kind `reported`, and has it evaluated at once. Audited
 *  when it says something else than before.
 *  @throws OpsError permission_denied, invalid_argument, not_found, or failed_precondition without such a check. */
export async function reportState(deps: ReportDeps, report: ReportedState, actor: Actor): Promise<AcceptedReport> {
  const { principal } = actor
  if (principal.kind !== 'service') requireRole(principal, 'operator')
  requireScope(principal, report.componentId)
  assertValid(report)
  const component = deps.components.get(report.componentId)
  if (!component) throw new OpsError('not_found', `no component ${report.componentId}`)
  const check = definitionsOf([component]).find(({ spec }) => spec.kind === 'reported')
  if (!check) throw new OpsError('failed_precondition', `component ${component.id} has no check of kind reported`)

  const nowMs = deps.clock.now()
  const { status, message, ttlMs, responseTimeMs } = report
  const state = {
    status,
    message,
    ...(responseTimeMs !== undefined && { responseTimeMs: rounded(responseTimeMs) }),
    atMs: nowMs,
    expiresAtMs: nowMs + ttlMs,
  }
  await deps.db.transaction(async (tx) => {
    const before = await replaceReport(tx, await checkNumber(tx, check), state, principal.id)
    if (before !== report.status) {
      const detail = { check: check.name, status: report.status, before, message: report.message }
      await addAudit(tx, nowMs, actor, [{ action: 'component.report', subject: component.id, detail }])
    }
    await requestEvaluation(tx, check.id)
  })
  return { expiresAtMs: state.expiresAtMs }
}

function assertValid({ ttlMs, message, responseTimeMs }: ReportedState): void {
  const fields: FieldError[] = []
  if (!(ttlMs >= shortestTtlMs && ttlMs <= longestTtlMs)) {
    fields.push({ pointer: '/ttlMs', detail: `must be ${shortestTtlMs} to ${longestTtlMs}` })
  }
  if (message.length > longestMessage) {
    fields.push({ pointer: '/message', detail: `must be at most ${longestMessage} characters` })
  }
  if (message.includes('\0') || !message.isWellFormed()) {
    fields.push({ pointer: '/message', detail: 'must be text without NUL and without halves of characters' })
  }
  if (responseTimeMs !== undefined && !(responseTimeMs >= 0 && responseTimeMs <= longestResponseMs)) {
    fields.push({ pointer: '/responseTimeMs', detail: `must be 0 to ${longestResponseMs}` })
  }
  if (fields.length > 0) throw new OpsError('invalid_argument', 'the report is not valid', { fields })
}

/** To a hundredth: a smaller part is no measurement, and a single-precision column refuses the smallest numbers. */
const rounded = (ms: number): number => Math.round(ms * 100) / 100
