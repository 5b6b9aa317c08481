import { z } from 'zod'
import { iso } from '../instant.ts'
import { publicAddress } from '../public-address.ts'
import type { PublicPage } from '../public-address.ts'

export const instant = z.iso.datetime({ precision: 3 })

/** There is one page. */
export const pageId = 'status'

export const pageSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    time_zone: z.string(),
    updated_at: instant,
  })
  .meta({ id: 'StatuspagePage' })
export type PageRow = z.infer<typeof pageSchema>

export function pageRow(page: PublicPage, updatedAtMs: number): PageRow {
  return {
    id: pageId,
    name: page.title,
    url: publicAddress(page, '/'),
    time_zone: 'Etc/UTC',
    updated_at: iso(updatedAtMs),
  }
}
