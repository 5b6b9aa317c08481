import { createHash } from 'node:crypto'
import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { Database } from '@akashic/shared/postgres'
import { checkNumber } from '../check/check-number.ts'
import { requestEvaluation } from '../check/request-evaluation.ts'
import { definitionsOf, type CheckDefinition } from '../check/watched-check.ts'
import type { ComponentDirectory, ComponentRecord } from '../component/component.ts'
import { saveHeartbeat } from './store.ts'

export interface HeartbeatDeps {
  readonly db: Database
  readonly clock: Clock
  readonly components: ComponentDirectory
}

export interface RecordedHeartbeat {
  /** When the next call is due, in epoch milliseconds. */
  readonly nextDueAtMs: number
}

/** Notes that the job that holds `token` ran, and has its check evaluated at once.
 *  @throws OpsError not_found when no heartbeat check has this token. */
export async function recordHeartbeat(deps: HeartbeatDeps, token: string): Promise<RecordedHeartbeat> {
  const check = checksByToken(deps.components.current()).get(digest(token))
  if (!check) throw new OpsError('not_found', 'no heartbeat check has this token')
  const nowMs = deps.clock.now()
  await deps.db.transaction(async (tx) => {
    await saveHeartbeat(tx, await checkNumber(tx, check), nowMs)
    await requestEvaluation(tx, check.id)
  })
  return { nextDueAtMs: nowMs + check.spec.interval }
}

const indexes = new WeakMap<readonly ComponentRecord[], ReadonlyMap<string, CheckDefinition>>()

/** Heartbeat checks by the SHA-256 of their token, so that looking one up takes as long for a wrong token as for a right one. */
function checksByToken(components: readonly ComponentRecord[]): ReadonlyMap<string, CheckDefinition> {
  let index = indexes.get(components)
  if (!index) {
    index = new Map(
      definitionsOf(components).flatMap((check) =>
        check.spec.kind === 'heartbeat' ? [[digest(check.spec.token), check] as const] : [],
      ),
    )
    indexes.set(components, index)
  }
  return index
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}
