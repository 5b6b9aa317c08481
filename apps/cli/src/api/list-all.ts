import type { Api } from './api.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

const pageSize = 200
/** A server that never ends its list is not followed for ever. */
const maxPages = 1_000

/** Every item of a list, page by page. */
export async function listAll<T>(api: Api, path: string, trying: string): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  for (let page = 0; page < maxPages; page += 1) {
    const got: Page<T> = await api.call<Page<T>>({ path, query: { limit: pageSize, cursor }, trying })
    items.push(...got.items)
    if (!got.nextCursor) break
    cursor = got.nextCursor
  }
  return items
}
