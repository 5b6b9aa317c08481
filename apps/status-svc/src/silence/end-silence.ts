import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { isIncidentId } from '../incident/claim-incident.ts'
import { wakeSilenced } from '../oncall/wake-silenced.ts'
import type { OnCallDeps } from '../oncall/on-call-deps.ts'
import { note, requireSilencer } from './add-silence.ts'
import type { Silence } from './silence.ts'
import * as store from './store.ts'

/** Ends a silence now; pages that it held back call at once, unless another one holds them. Ending what is over changes
 *  nothing.
 *  @throws OpsError not_found, or permission_denied below operator and for keys that are limited to components. */
export async function endSilence(
  { db, clock }: Pick<OnCallDeps, 'db' | 'clock'>,
  actor: Actor,
  id: string,
): Promise<Silence> {
  requireSilencer(actor.principal)
  const nowMs = clock.now()
  return db.transaction(async (tx) => {
    const silence = isIncidentId(id) ? await store.lock(tx, id) : undefined
    if (!silence) throw new OpsError('not_found', `There is no silence ${id}.`)
    if (silence.endMs <= nowMs) return silence
    const ended = await store.end(tx, silence.num, nowMs)
    await note(tx, actor, ended, 'silence.end', nowMs)
    await wakeSilenced(tx, nowMs)
    return ended
  })
}
