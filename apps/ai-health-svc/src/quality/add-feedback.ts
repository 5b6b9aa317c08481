import type { Actor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { Database } from '@akashic/shared/postgres'
import { z } from 'zod'
import { addAudit } from '../audit/audit.ts'
import { rateResponse } from './store.ts'

/** Takes what a person thinks of an answer, 0 (useless) to 1; a later word replaces an earlier one.
 *  @throws OpsError invalid_argument, or not_found for an answer that was not looked at, or is not kept any more. */
export async function addFeedback(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  { responseId, rating }: { readonly responseId: string; readonly rating: number },
  actor: Actor,
): Promise<void> {
  if (!(rating >= 0 && rating <= 1)) {
    const fields = [{ pointer: '/rating', detail: 'must be 0 to 1' }]
    throw new OpsError('invalid_argument', 'rating must be 0 to 1.', { fields })
  }
  await db.transaction(async (tx) => {
    const isThere = z.uuid().safeParse(responseId).success && (await rateResponse(tx, responseId, rating))
    if (!isThere) {
      throw new OpsError(
        'not_found',
        `There is no response ${responseId}: only a part of all answers is looked at, and each a second after it was given.`,
      )
    }
    await addAudit(tx, clock.now(), actor, [{ action: 'ai_response.rate', subject: responseId, detail: { rating } }])
  })
}
