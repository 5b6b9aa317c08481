import { aiEvents, makeEvent } from '@akashic/events'
import type { Outbox } from '@akashic/shared/events'
import type { Transaction } from '@akashic/shared/postgres'
import type { QueuedRequest } from './queued-request.ts'
import { saveRequest } from './store.ts'

export type Ended = 'succeeded' | 'failed' | 'uncertain' | 'expired'

/** Ends a request within `tx`: what was asked is deleted, its result kept for `keepMs`, and whoever subscribes is told. */
export async function completeRequest(
  { outbox, nowMs, keepMs }: { readonly outbox: Outbox; readonly nowMs: number; readonly keepMs: number },
  tx: Transaction,
  request: QueuedRequest,
  state: Ended,
  sealedResult: Buffer | null = null,
): Promise<void> {
  const { id, provider, answeredModel, attempts, lastProblem } = request
  const over = { ...request, state, nextAttemptAtMs: null, completedAtMs: nowMs, expiresAtMs: nowMs + keepMs }
  await saveRequest(tx, over, sealedResult)
  const data = {
    ...{ id, status: state, attempts, at: new Date(nowMs).toISOString() },
    ...(provider !== '' && { provider, model: answeredModel }),
    ...(state !== 'succeeded' && lastProblem && { error: lastProblem.class }),
  }
  await outbox.add(tx, [makeEvent(aiEvents.request_completed, { id }, data, { nowMs, actor: 'service:ai-health' })])
}
