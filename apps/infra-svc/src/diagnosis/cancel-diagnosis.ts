import type { Actor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import { addAudit } from '../audit/audit.ts'
import { getDiagnosis } from './create-diagnosis.ts'
import { saveCancelled, type KeptDiagnosis } from './store.ts'

/** Ends a diagnosis that is no longer wanted; what it would have said is dropped. One that has ended stays as it is.
 *  @throws OpsError not_found. */
export async function cancelDiagnosis(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  id: string,
  by: Actor,
): Promise<KeptDiagnosis> {
  await getDiagnosis(db, id)
  const now = clock.now()
  await db.transaction(async (tx) => {
    if (!(await saveCancelled(tx, id, new Date(now)))) return
    await addAudit(tx, now, by, [{ action: 'diagnosis.cancel', subject: id, detail: {} }])
  })
  return getDiagnosis(db, id)
}
