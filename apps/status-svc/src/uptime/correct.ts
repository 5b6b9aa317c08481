import type { Actor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import { OpsError, type FieldError } from '@akashic/shared/errors'
import { uuidv7 } from '@akashic/shared/ids'
import type { Database } from '@akashic/shared/postgres'
import { requireScope } from '@akashic/shared/access'
import { addAudit } from '../audit/audit.ts'
import type { ComponentDirectory } from '../component/component.ts'
import { componentStatuses, type ComponentStatus } from '../status/component-status.ts'
import { holdLedgers } from '../status/ledger.ts'
import type { Correction } from './correction.ts'
import { forgetDays } from './forget-days.ts'
import { insertCorrection } from './store.ts'

export interface CorrectionDeps {
  readonly db: Database
  readonly clock: Clock
  readonly components: ComponentDirectory
}

export interface CorrectionRequest {
  readonly componentId: string
  readonly fromMs: number
  readonly toMs: number
  readonly status: ComponentStatus
  readonly reason: string
}

const longestReason = 1_000

/** Says what a component's state really was from `fromMs` to `toMs`. What was recorded stays and is shown beside it.
 *  @throws OpsError permission_denied, not_found, or invalid_argument with every bad field. */
export async function correct(
  { db, clock, components }: CorrectionDeps,
  actor: Actor,
  request: CorrectionRequest,
): Promise<Correction> {
  const { componentId, ...stated } = request
  requireScope(actor.principal, componentId)
  const component = components.get(componentId)
  if (!component) throw new OpsError('not_found', `There is no component ${componentId}.`)
  const fields = badFields(request, component.createdAtMs, clock.now())
  if (fields.length > 0) {
    throw new OpsError('invalid_argument', `The correction is not valid: ${fields[0]!.pointer} ${fields[0]!.detail}.`, {
      fields,
    })
  }
  return db.transaction(async (tx) => {
    await holdLedgers(tx, [component.num])
    const correction = await insertCorrection(tx, {
      ...stated,
      id: uuidv7(clock.now()),
      num: component.num,
      reason: request.reason.trim(),
      authorId: actor.principal.id,
      authorName: actor.principal.name,
      createdAtMs: clock.now(),
    })
    await forgetDays(tx, new Map([[component.num, request.fromMs]]))
    const detail = {
      correctionId: correction.id,
      from: new Date(request.fromMs).toISOString(),
      to: new Date(request.toMs).toISOString(),
      status: request.status,
      reason: correction.reason,
    }
    await addAudit(tx, clock.now(), actor, [{ action: 'correction.create', subject: componentId, detail }])
    return correction
  })
}

function badFields(request: CorrectionRequest, createdAtMs: number, nowMs: number): FieldError[] {
  const { fromMs, toMs, status, reason } = request
  const rules: readonly (readonly [boolean, string, string])[] = [
    [fromMs >= createdAtMs, '/from', 'is before the component was first known'],
    [toMs <= nowMs, '/to', 'is in the future'],
    [fromMs < toMs, '/to', 'must be after from'],
    [componentStatuses.includes(status), '/status', `must be one of ${componentStatuses.join(', ')}`],
    [reason.trim().length > 0, '/reason', 'must be given'],
    [reason.length <= longestReason, '/reason', `must be at most ${longestReason} characters`],
  ]
  return rules.flatMap(([holds, pointer, detail]) => (holds ? [] : [{ pointer, detail }]))
}
