import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { z } from 'zod'
import { pageLimit } from '@akashic/shared/access'
import type { Page, PageEntry } from './page.ts'
import * as store from './store.ts'

/** A page with what happened to it, oldest first. */
export interface PageRecord extends Page {
  readonly entries: readonly PageEntry[]
}

export interface PageOfPages {
  readonly pages: readonly PageRecord[]
  /** Empty on the last one. */
  readonly nextCursor: string
}

/** The pages that `principal` may know of, newest first: those about restricted incidents from responder on. */
export async function listPages(
  { db }: { readonly db: Queryable },
  principal: Principal,
  query: { readonly limit: number; readonly cursor: string; readonly isOpen: boolean },
): Promise<PageOfPages> {
  const limit = pageLimit(query.limit)
  const beforeNum = query.cursor === '' ? Number.MAX_SAFE_INTEGER : decodeCursor(z.int(), query.cursor)
  const filter = { isOpen: query.isOpen, isRestrictedShown: roleIncludes(principal.role, 'responder') }
  const found = await store.readPage(db, filter, beforeNum, limit + 1)
  const pages: PageRecord[] = []
  for (const page of found.slice(0, limit)) pages.push(await withEntries(db, page))
  return { pages, nextCursor: found.length > limit ? encodeCursor(pages.at(-1)!.num) : '' }
}

export const withEntries = async (db: Queryable, page: Page): Promise<PageRecord> => ({
  ...page,
  entries: await store.readEntries(db, page.num),
})
