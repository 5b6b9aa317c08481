import type { Queryable } from '@akashic/shared/postgres'
import * as store from './store.ts'

/** True of a page that somebody acknowledged, or that is over. */
export async function isAnswered(db: Queryable, pageNum: number): Promise<boolean> {
  const page = await store.readByNum(db, pageNum)
  return page?.state === 'acknowledged' || page?.state === 'resolved'
}
