import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Definition } from './definition.ts'
import type { ComponentDraft, StoredComponent } from './stored-component.ts'

interface ComponentRow {
  readonly num: number
  readonly id: string
  readonly version: number
  readonly owned_by_file: boolean
  readonly position: number
  readonly definition: Definition
  readonly has_secrets: boolean
  readonly created_at: Date
  readonly updated_at: Date
  readonly deleted_at: Date | null
}

const columns = sql`
  num, id, version, owned_by_file, position, definition, has_secrets, created_at, updated_at, deleted_at`

/** Components made through the API come after those of the file, in the order of their making. */
const firstApiPosition = 1_000_000

/** Holds off every other change of components until the transaction ends. */
export async function lockComponents(tx: Queryable): Promise<void> {
  await tx.query(sql`SELECT pg_advisory_xact_lock(hashtext('akashic status.component'))`)
}

/** Every component there ever was. */
export async function readAll(db: Queryable): Promise<StoredComponent[]> {
  const rows = await db.query<ComponentRow>(sql`
    SELECT ${columns}
      FROM status.component
     ORDER BY position, num`)
  return rows.map(componentOf)
}

/** The whole definitions of living components made through the API, by number. */
export async function readWholeDefinitions(db: Queryable): Promise<Map<number, Definition>> {
  const rows = await db.query<{ num: number; whole_definition: Definition }>(sql`
    SELECT num, whole_definition
      FROM status.component
     WHERE deleted_at IS NULL AND whole_definition IS NOT NULL`)
  return new Map(rows.map((row) => [row.num, row.whole_definition]))
}

/** Former ids and the numbers of the components that had them. */
export async function readFormerIds(db: Queryable): Promise<Map<string, number>> {
  const rows = await db.query<{ id: string; component_num: number }>(sql`
    SELECT id, component_num
      FROM status.component_former_id`)
  return new Map(rows.map((row) => [row.id, row.component_num]))
}

/** Locks a living component, with its definition secrets included where the database has them. */
export async function lockOne(
  tx: Queryable,
  id: string,
): Promise<(StoredComponent & { readonly wholeDefinition: Definition | null }) | undefined> {
  const [row] = await tx.query<ComponentRow & { whole_definition: Definition | null }>(sql`
    SELECT ${columns}, whole_definition
      FROM status.component
     WHERE id = ${id} AND deleted_at IS NULL
       FOR UPDATE`)
  return row && { ...componentOf(row), wholeDefinition: row.whole_definition }
}

/** A page of the living components in the order of the page, after the place of `after`. */
export async function readPage(
  db: Queryable,
  after: { readonly position: number; readonly num: number },
  limit: number,
): Promise<StoredComponent[]> {
  const rows = await db.query<ComponentRow>(sql`
    SELECT ${columns}
      FROM status.component
     WHERE deleted_at IS NULL AND (position, num) > (${after.position}::int, ${after.num}::int)
     ORDER BY position, num
     LIMIT ${limit}`)
  return rows.map(componentOf)
}

export async function readOne(db: Queryable, id: string): Promise<StoredComponent | undefined> {
  const rows = await db.query<ComponentRow>(sql`
    SELECT ${columns}
      FROM status.component
     WHERE id = ${id} AND deleted_at IS NULL`)
  return rows[0] && componentOf(rows[0])
}

/** Inserts new components; returns them in no particular order. */
export async function insert(
  tx: Queryable,
  drafts: readonly ComponentDraft[],
  nowMs: number,
): Promise<StoredComponent[]> {
  const rows = await tx.query<ComponentRow>(sql`
    INSERT INTO status.component
      (id, owned_by_file, position, definition, has_secrets, whole_definition, created_at, updated_at)
    SELECT id, owned_by_file, coalesce(position, ${firstApiPosition} + (SELECT count(*) FROM status.component)::int),
           definition, has_secrets, whole_definition, ${new Date(nowMs)}, ${new Date(nowMs)}
      FROM unnest(
             ${drafts.map((draft) => draft.id)}::text[],
             ${drafts.map((draft) => draft.ownedByFile)}::boolean[],
             ${drafts.map((draft) => draft.position)}::int[],
             ${drafts.map((draft) => JSON.stringify(draft.definition))}::jsonb[],
             ${drafts.map((draft) => draft.hasSecrets)}::boolean[],
             ${drafts.map((draft) => draft.wholeDefinition && JSON.stringify(draft.wholeDefinition))}::jsonb[]
           ) AS d (id, owned_by_file, position, definition, has_secrets, whole_definition)
    RETURNING ${columns}`)
  return rows.map(componentOf)
}

/** Writes `draft` over component `num`, its id included, and makes it live again if it was deleted. */
export async function replace(
  tx: Queryable,
  num: number,
  draft: ComponentDraft,
  nowMs: number,
): Promise<StoredComponent> {
  const rows = await tx.query<ComponentRow>(sql`
    UPDATE status.component
       SET id = ${draft.id}, version = version + 1, owned_by_file = ${draft.ownedByFile},
           position = coalesce(${draft.position}, position), definition = ${sql.json(draft.definition)},
           has_secrets = ${draft.hasSecrets},
           whole_definition = ${draft.wholeDefinition && JSON.stringify(draft.wholeDefinition)},
           updated_at = ${new Date(nowMs)}, deleted_at = NULL
     WHERE num = ${num}
    RETURNING ${columns}`)
  return componentOf(rows[0]!)
}

/** Moves components of the file to their places in it; that is no new version of them. */
export async function savePositions(tx: Queryable, positions: ReadonlyMap<string, number>): Promise<void> {
  await tx.query(sql`
    UPDATE status.component AS c
       SET position = p.position
      FROM unnest(${[...positions.keys()]}::text[], ${[...positions.values()]}::int[]) AS p (id, position)
     WHERE c.id = p.id AND c.position <> p.position`)
}

export async function markDeleted(tx: Queryable, nums: readonly number[], nowMs: number): Promise<void> {
  await tx.query(sql`
    UPDATE status.component
       SET deleted_at = ${new Date(nowMs)}, updated_at = ${new Date(nowMs)}, version = version + 1, whole_definition = NULL
     WHERE num = ANY(${nums}::int[])`)
}

export async function addFormerId(tx: Queryable, id: string, num: number): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.component_former_id (id, component_num)
    VALUES (${id}, ${num})`)
}

/** Frees an id whose component takes it back. */
export async function removeFormerId(tx: Queryable, id: string): Promise<void> {
  await tx.query(sql`
    DELETE FROM status.component_former_id
     WHERE id = ${id}`)
}

/** Sends word of a change to every replica's directory once the transaction commits. */
export async function announce(tx: Queryable, channel: string): Promise<void> {
  await tx.query(sql`SELECT pg_notify(${channel}, '')`)
}

function componentOf(row: ComponentRow): StoredComponent {
  return {
    num: row.num,
    id: row.id,
    version: row.version,
    ownedByFile: row.owned_by_file,
    position: row.position,
    definition: row.definition,
    hasSecrets: row.has_secrets,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
    isDeleted: row.deleted_at !== null,
  }
}

/** Every component that is or was on the public page: whether it is critical, and since when it lived. */
export async function readPublic(db: Queryable): Promise<{ num: number; critical: boolean; createdAtMs: number }[]> {
  const rows = await db.query<{ num: number; critical: boolean; created_at: Date }>(sql`
    SELECT num, (definition ->> 'critical')::boolean AS critical, created_at
      FROM status.component
     WHERE definition ->> 'visibility' = 'public'`)
  return rows.map((row) => ({ num: row.num, critical: row.critical, createdAtMs: row.created_at.getTime() }))
}
