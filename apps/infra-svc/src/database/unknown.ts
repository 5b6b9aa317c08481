import { isNativeError } from 'node:util/types'
import { sqlStateOf } from '@akashic/shared/postgres'
import { quoteIdentifier } from './quote-sql.ts'
import type { Unknown } from './judged.ts'
import type { ServerFacts } from './topic.ts'

export const monitorRight = (what: string, { user }: Pick<ServerFacts, 'user'>): Unknown => ({
  what,
  reason: `user ${user} has no right to see it`,
  howToGet: `GRANT pg_monitor TO ${quoteIdentifier(user)}`,
})

/** Why a topic could not be read, and what would make it readable. */
export function whyUnread(topic: string, error: unknown, server: Pick<ServerFacts, 'user'> | null): Unknown {
  const message = isNativeError(error) ? error.message : String(error)
  const state = sqlStateOf(error)
  if (state === '42501' && server !== null) return { ...monitorRight(topic, server), reason: message }
  if (state === '57014') return { what: topic, reason: 'it took longer than 4 s to read', howToGet: null }
  if (state === '55P03') return { what: topic, reason: 'what it reads is locked', howToGet: null }
  return { what: topic, reason: message, howToGet: null }
}

/** Text that the encoding of the database, or of the client, does not have. */
export function isUntranslatable(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === '22021' || state === '22P05'
}
