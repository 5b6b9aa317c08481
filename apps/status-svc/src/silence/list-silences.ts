import type { Clock } from '@akashic/shared/clock'
import type { Queryable } from '@akashic/shared/postgres'
import { pageLimit } from '@akashic/shared/access'
import { pageOf, placeOf } from '../incident/list.ts'
import type { Silence } from './silence.ts'
import { readPage } from './store.ts'

export interface SilencePage {
  readonly silences: readonly Silence[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

/** Silences that are active or to come, newest first; with `withEnded`, those that are over too. */
export async function listSilences(
  { db, clock }: { readonly db: Queryable; readonly clock: Clock },
  query: { readonly limit: number; readonly cursor: string; readonly withEnded: boolean },
): Promise<SilencePage> {
  const limit = pageLimit(query.limit)
  const found = await readPage(db, query.withEnded ? null : clock.now(), placeOf(query.cursor), limit + 1)
  const { items, nextCursor } = pageOf(found, limit)
  return { silences: items, nextCursor }
}
