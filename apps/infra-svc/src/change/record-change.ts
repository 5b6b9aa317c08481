import { infraEvents, makeEvent } from '@akashic/events'
import type { Outbox } from '@akashic/shared/events'
import type { Database } from '@akashic/shared/postgres'
import type { Change } from './change.ts'
import { insertChange } from './store.ts'

/** Keeps a change that was seen, and tells of it; once, however many replicas saw it. */
export async function recordChange(
  { db, outbox }: { readonly db: Database; readonly outbox: Outbox },
  change: Change,
  nowMs: number,
): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await insertChange(tx, change))) return
    const { id, cluster, kind, object, by, summary, at } = change
    const data = {
      cluster,
      changeId: id,
      kind,
      object,
      by,
      summary: summary.slice(0, 1_000),
      at: new Date(at).toISOString(),
    }
    await outbox.add(tx, [makeEvent(infraEvents.change_seen, { id }, data, { nowMs, actor: 'service:infra' })])
  })
}
