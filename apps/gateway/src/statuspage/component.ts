import { createHash } from 'node:crypto'
import { z } from 'zod'
import { iso, utcMinute } from '../instant.ts'
import type { SnapshotComponent } from '../live-status/snapshot.ts'
import { componentStatus, componentStatusSchema, groupStatus } from './component-status.ts'
import { instant, pageId } from './page.ts'

const row = {
  id: z.string(),
  name: z.string(),
  status: componentStatusSchema,
  created_at: instant,
  updated_at: instant,
  position: z.int(),
  description: z.string().nullable(),
  showcase: z.boolean(),
  start_date: z.iso.date().nullable(),
  group_id: z.string().nullable(),
  page_id: z.string(),
  only_show_if_degraded: z.boolean(),
}
const memberSchema = z.object({ ...row, group: z.literal(false) }).meta({ id: 'StatuspageComponent' })
const groupSchema = z
  .object({ ...row, group: z.literal(true), components: z.array(z.string()).describe('Ids of its members.') })
  .meta({ id: 'StatuspageComponentGroup' })

export const componentSchema = z.union([groupSchema, memberSchema])
export type ComponentRow = z.infer<typeof memberSchema>
export type GroupRow = z.infer<typeof groupSchema>

/** The public components in the order of the page: each group as a row, followed by its members.
 *  @param components as they are to be told: see `measured`. */
export function componentRows(components: readonly SnapshotComponent[]): (ComponentRow | GroupRow)[] {
  // A component without a group is a place of its own on the page.
  const places = Map.groupBy(components, ({ id, group }) => (group === '' ? id : groupId(group)))
  return [...places.entries()].flatMap(([id, members], index) => {
    if (members[0]!.group === '') return members.map((member) => componentRow(member, null, index + 1))
    const rows = members.map((member, place) => componentRow(member, id, place + 1))
    return [groupRow(id, members[0]!.group, rows, index + 1), ...rows]
  })
}

/** An id that no component can have: theirs have no underscore. */
const groupId = (name: string): string => `group_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`

function componentRow(component: SnapshotComponent, group: string | null, position: number): ComponentRow {
  const { id, name, status, sinceMs, description } = component
  const createdAt = iso(component.createdAtMs ?? sinceMs)
  return {
    id,
    name,
    status: componentStatus(status),
    created_at: createdAt,
    updated_at: iso(sinceMs),
    position,
    description: status === 'unknown' ? `not measured since ${utcMinute(sinceMs)}` : description || null,
    showcase: false,
    start_date: createdAt.slice(0, 10),
    group_id: group,
    page_id: pageId,
    group: false,
    only_show_if_degraded: false,
  }
}

function groupRow(id: string, name: string, members: readonly ComponentRow[], position: number): GroupRow {
  const created = members.map((member) => member.created_at).toSorted()
  const updated = members.map((member) => member.updated_at).toSorted()
  return {
    id,
    name,
    status: groupStatus(members.map((member) => member.status)),
    created_at: created[0]!,
    updated_at: updated.at(-1)!,
    position,
    description: null,
    showcase: false,
    start_date: null,
    group_id: null,
    page_id: pageId,
    group: true,
    only_show_if_degraded: false,
    components: members.map((member) => member.id),
  }
}
