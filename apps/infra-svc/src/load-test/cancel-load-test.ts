import type { Actor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import { addAudit } from '../audit/audit.ts'
import { getLoadTest } from './get-load-test.ts'
import { saveCancelled, type KeptLoadTest } from './store.ts'

/** Ends a load test; its replica cuts it short within a second or two. One that has ended stays as it is.
 *  @throws OpsError not_found. */
export async function cancelLoadTest(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  id: string,
  by: Actor,
): Promise<KeptLoadTest> {
  await getLoadTest(db, id)
  const now = clock.now()
  await db.transaction(async (tx) => {
    if (!(await saveCancelled(tx, id, new Date(now)))) return
    await addAudit(tx, now, by, [{ action: 'load_test.cancel', subject: id, detail: {} }])
  })
  return getLoadTest(db, id)
}
