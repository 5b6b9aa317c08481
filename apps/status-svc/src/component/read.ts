import { OpsError } from '@akashic/shared/errors'
import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import type { Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { z } from 'zod'
import { mayTouch, pageLimit, requireScope } from '@akashic/shared/access'
import { readOne, readPage } from './store.ts'
import type { StoredComponent } from './stored-component.ts'

export interface ComponentPage {
  readonly components: readonly StoredComponent[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

const place = z.strictObject({ position: z.int32(), num: z.int32() })

/** The components in the order of the page: those that `principal` may see. */
export async function listComponents(
  { db }: { readonly db: Queryable },
  principal: Principal,
  query: { readonly limit: number; readonly cursor: string },
): Promise<ComponentPage> {
  const limit = pageLimit(query.limit)
  const after = query.cursor === '' ? { position: -1, num: -1 } : decodeCursor(place, query.cursor)
  const rows = await readPage(db, after, limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    components: page.filter((component) => mayTouch(principal, component.id)),
    nextCursor: rows.length > limit && last ? encodeCursor({ position: last.position, num: last.num }) : '',
  }
}

/** @throws OpsError permission_denied or not_found. */
export async function getComponent(
  { db }: { readonly db: Queryable },
  principal: Principal,
  id: string,
): Promise<StoredComponent> {
  requireScope(principal, id)
  const component = await readOne(db, id)
  if (!component) throw new OpsError('not_found', `There is no component ${id}.`)
  return component
}
