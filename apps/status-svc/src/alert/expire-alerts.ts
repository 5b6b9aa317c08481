import { systemActor } from '@akashic/shared/audit'
import type { AlertDeps } from './alert-deps.ts'
import { raiseAlertIn } from './raise-alert.ts'
import { lockFiring, readExpired, readOne } from './store.ts'

const atOnce = 200

/** Ends the alerts that were last heard of too long ago: Prometheus tells again and again of what fires, and may die before
 *  it tells of an end. */
export async function expireAlerts(deps: AlertDeps, nowMs: number): Promise<void> {
  for (const { source, fingerprint } of await readExpired(deps.db, nowMs, atOnce)) {
    await deps.db.transaction(async (tx) => {
      const num = await lockFiring(tx, source, fingerprint)
      // It may have been heard of again since it was read.
      if (num === undefined || (await readOne(tx, num)).lastSeenAtMs >= nowMs) return
      await raiseAlertIn(deps, tx, systemActor('status'), {
        ...{ source, fingerprint, componentId: null, status: 'resolved' as const, severity: 'info' as const },
        ...{ summary: '', startedAtMs: null },
      })
    })
  }
}
