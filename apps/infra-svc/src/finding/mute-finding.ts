import type { Actor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { Database } from '@akashic/shared/postgres'
import { addAudit } from '../audit/audit.ts'
import { saveMute, type KeptFinding } from './store.ts'

const longestMs = 90 * 86_400_000

/** Keeps a finding quiet until a time, or lets it be heard again (null). It is found and kept all the same.
 *  @throws OpsError not_found, or invalid_argument for a time that is past or more than 90 days off. */
export async function muteFinding(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  id: string,
  { untilMs, reason }: { readonly untilMs: number | null; readonly reason: string },
  by: Actor,
): Promise<KeptFinding> {
  const now = clock.now()
  if (untilMs !== null && (untilMs <= now || untilMs > now + longestMs)) {
    throw new OpsError('invalid_argument', 'until must be within the next 90 days.')
  }
  if (untilMs !== null && reason.trim() === '')
    throw new OpsError('invalid_argument', 'Say why: reason must not be empty.')
  return db.transaction(async (tx) => {
    const mute =
      untilMs === null
        ? { until: null, by: null, reason: null }
        : { until: new Date(untilMs), by: by.principal.name, reason }
    const muted = await saveMute(tx, id, mute)
    if (!muted) throw new OpsError('not_found', `There is no finding ${id}.`)
    const action = untilMs === null ? 'finding.unmute' : 'finding.mute'
    const detail = untilMs === null ? {} : { reason, until: new Date(untilMs).toISOString() }
    await addAudit(tx, now, by, [{ action, subject: id, detail }])
    return muted
  })
}
