import type { Outbox } from '@akashic/shared/events'
import { completeRequest } from './complete-request.ts'
import type { QueueDeps } from './queue-request.ts'
import { deleteOver, lockExpired } from './store.ts'

const portion = 500

/** Ends requests that waited too long, and deletes those that are over with their answers. */
export async function expireRequests(
  { db, outbox, settings }: QueueDeps & { readonly outbox: Outbox },
  nowMs: number,
): Promise<void> {
  await db.transaction(async (tx) => {
    const bounds = { outbox, nowMs, keepMs: settings().queue.keep }
    for (const request of await lockExpired(tx, nowMs, portion)) await completeRequest(bounds, tx, request, 'expired')
  })
  while ((await deleteOver(db, nowMs, portion)) === portion);
}
