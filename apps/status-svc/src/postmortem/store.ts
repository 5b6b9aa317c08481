import { sql, type Queryable } from '@akashic/shared/postgres'
import type { ActionItem } from './action-item.ts'

export interface SavedPostmortem {
  readonly version: number
  /** Markdown. */
  readonly body: string
  readonly publishedAtMs: number | null
}

interface PostmortemRow {
  readonly version: number
  readonly body: string
  readonly published_at: Date | null
}

export async function readOne(db: Queryable, incidentNum: number): Promise<SavedPostmortem | undefined> {
  const [row] = await db.query<PostmortemRow>(sql`
    SELECT version, body, published_at
      FROM status.postmortem
     WHERE incident_num = ${incidentNum}`)
  return row && { version: row.version, body: row.body, publishedAtMs: row.published_at?.getTime() ?? null }
}

/** The published ones of these incidents, by the incident's number. */
export async function readPublished(db: Queryable, incidentNums: readonly number[]): Promise<Map<number, string>> {
  if (incidentNums.length === 0) return new Map()
  const rows = await db.query<{ incident_num: number; body: string }>(sql`
    SELECT incident_num, body
      FROM status.postmortem
     WHERE incident_num = ANY(${incidentNums}::int[]) AND published_at IS NOT NULL`)
  return new Map(rows.map((row) => [row.incident_num, row.body]))
}

/** Writes a postmortem; the caller holds the incident's row lock. */
export async function save(tx: Queryable, incidentNum: number, saved: SavedPostmortem, nowMs: number): Promise<void> {
  const publishedAt = saved.publishedAtMs === null ? null : new Date(saved.publishedAtMs)
  await tx.query(sql`
    INSERT INTO status.postmortem (incident_num, version, body, published_at, updated_at)
    VALUES (${incidentNum}, ${saved.version}, ${saved.body}, ${publishedAt}, ${new Date(nowMs)})
        ON CONFLICT (incident_num) DO UPDATE
       SET version = excluded.version, body = excluded.body, published_at = excluded.published_at,
           updated_at = excluded.updated_at`)
}

interface ItemRow {
  readonly id: string
  readonly incident_id: string
  readonly seq: number
  readonly text: string
  readonly owner: string
  readonly due_at: Date
  readonly done_at: Date | null
}

const itemColumns = sql`a.id, i.id AS incident_id, a.seq, a.text, a.owner, a.due_at, a.done_at`

const itemOf = (row: ItemRow): ActionItem => ({
  id: row.id,
  incidentId: row.incident_id,
  seq: row.seq,
  text: row.text,
  owner: row.owner,
  dueAtMs: row.due_at.getTime(),
  doneAtMs: row.done_at?.getTime() ?? null,
})

/** The action items of an incident, in the order of their making. */
export async function readItemsOf(db: Queryable, incidentNum: number): Promise<ActionItem[]> {
  const rows = await db.query<ItemRow>(sql`
    SELECT ${itemColumns}
      FROM status.action_item AS a
      JOIN status.incident AS i ON i.num = a.incident_num
     WHERE a.incident_num = ${incidentNum}
     ORDER BY a.seq`)
  return rows.map(itemOf)
}

export async function insertItem(
  tx: Queryable,
  incidentNum: number,
  item: Omit<ActionItem, 'seq'>,
  nowMs: number,
): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.action_item (id, incident_num, text, owner, due_at, done_at, created_at)
    VALUES (${item.id}, ${incidentNum}, ${item.text}, ${item.owner}, ${new Date(item.dueAtMs)},
            ${item.doneAtMs === null ? null : new Date(item.doneAtMs)}, ${new Date(nowMs)})`)
}

export async function updateItem(tx: Queryable, item: ActionItem): Promise<void> {
  await tx.query(sql`
    UPDATE status.action_item
       SET text = ${item.text}, owner = ${item.owner}, due_at = ${new Date(item.dueAtMs)},
           done_at = ${item.doneAtMs === null ? null : new Date(item.doneAtMs)}
     WHERE id = ${item.id}`)
}

/** Where a page of action items begins: after this one. */
export interface ItemPlace {
  readonly isDone: boolean
  readonly dueAtMs: number
  readonly seq: number
}

/** Action items of all incidents that the reader may know of: open ones first, then by due date. */
export async function readItems(
  db: Queryable,
  filter: {
    readonly includeDone: boolean
    readonly isRestrictedShown: boolean
    readonly scope: readonly string[] | null
  },
  after: ItemPlace | null,
  limit: number,
): Promise<ActionItem[]> {
  const conditions = [filter.includeDone ? sql`TRUE` : sql`a.done_at IS NULL`]
  if (!filter.isRestrictedShown) conditions.push(sql`i.visibility <> 'restricted'`)
  if (filter.scope !== null) {
    conditions.push(sql`
      EXISTS (SELECT
                FROM status.incident_component AS ic
                JOIN status.component AS c ON c.num = ic.component_num
               WHERE ic.incident_num = i.num AND c.id = ANY(${filter.scope}::text[]))`)
  }
  if (after) {
    conditions.push(sql`
      (a.done_at IS NOT NULL, a.due_at, a.seq)
        > (${after.isDone}::boolean, ${new Date(after.dueAtMs)}::timestamptz, ${after.seq}::int)`)
  }
  const rows = await db.query<ItemRow>(sql`
    SELECT ${itemColumns}
      FROM status.action_item AS a
      JOIN status.incident AS i ON i.num = a.incident_num
     WHERE ${sql.join(conditions, ' AND ')}
     ORDER BY a.done_at IS NOT NULL, a.due_at, a.seq
     LIMIT ${limit}`)
  return rows.map(itemOf)
}
