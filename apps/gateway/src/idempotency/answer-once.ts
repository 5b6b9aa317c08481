import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { IdempotencyStore, IdempotentRequest, KeptReply } from '@akashic/shared/http'
import type { Database } from '@akashic/shared/postgres'
import { seal, unseal } from './seal.ts'
import { idempotencyStore } from './store.ts'

const firstIsOpen =
  'The first request with this Idempotency-Key is still running, or was cut off: look whether it was done before you ' +
  'send it again with a new key.'

/** How long an answer is kept. */
export const keepMs = 86_400_000

export interface AnswerOnceDeps {
  readonly db: Database
  readonly clock: Clock
}

/** Keeps the answers of requests with an Idempotency-Key in Postgres, each sealed with its caller's credential. */
export function createAnswerOnce(deps: AnswerOnceDeps): IdempotencyStore {
  const { db, clock } = deps
  return {
    async begin(request) {
      const { fingerprint, credential } = request
      const context = `${request.principalId} ${request.key}`
      const claim = { fingerprint, nowMs: clock.now(), keepMs }
      const attempt = await idempotencyStore.take(db, request, claim)
      if (attempt === null) return { kind: 'replay', reply: await keptReply(db, request, context) }
      return {
        kind: 'run',
        keep: async (reply) =>
          idempotencyStore.keep(db, request, attempt, seal(JSON.stringify(reply), credential, context)),
        forget: async () => idempotencyStore.forget(db, request, attempt),
      }
    },
  }
}

async function keptReply(db: Database, request: IdempotentRequest, context: string): Promise<KeptReply> {
  const kept = await idempotencyStore.find(db, request)
  if (kept && !kept.fingerprint.equals(request.fingerprint)) {
    throw new OpsError('already_exists', 'This Idempotency-Key was used for another request: take a new one.')
  }
  if (!kept?.reply) throw new OpsError('aborted', firstIsOpen)
  const text = unseal(kept.reply, request.credential, context)
  if (text === null) {
    throw new OpsError(
      'failed_precondition',
      'This request was made with another key of yours: repeat it with that one.',
    )
  }
  return JSON.parse(text) as KeptReply
}

/** Deletes answers that were kept for 24 hours, in portions. */
export async function purgeAnswers({ db, clock }: AnswerOnceDeps): Promise<void> {
  const portion = 5_000
  for (;;) if ((await idempotencyStore.purge(db, clock.now() - keepMs, portion)) < portion) return
}
