import type { Queryable } from '@akashic/shared/postgres'
import type { ApiKey } from './api-key.ts'
import { keyStore } from './store.ts'

/** Where a page of keys ends. */
export interface KeyPlace {
  readonly atMs: number
  readonly id: string
}

/** A page of keys, newest first; `next` is null on the last page. */
export async function listKeys(
  db: Queryable,
  limit: number,
  before: KeyPlace | null,
): Promise<{ keys: ApiKey[]; next: KeyPlace | null }> {
  const found = await keyStore.list(db, limit + 1, before)
  const keys = found.slice(0, limit)
  const last = keys.at(-1)
  return { keys, next: found.length > limit && last ? { atMs: last.createdAtMs, id: last.id } : null }
}
